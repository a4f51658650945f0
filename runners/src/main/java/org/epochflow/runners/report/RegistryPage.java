package org.epochflow.runners.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.epochflow.pipeline.registry.Ledger;

/**
 * The page of a registry: its versions, their figures over time, and why each was promoted or not.
 */
public final class RegistryPage {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RegistryPage() {}

  /** Returns the page; {@code name} is the name of the registry, as the user typed it. */
  public static Page of(String name, Ledger ledger) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("name", name);
    ledger.champion().ifPresent(champion -> tree.put("champion", champion));
    tree.set("entries", JSON.valueToTree(ledger.entries()));
    return new Page("Registry " + name, RegistryPage.class, "registry.js", tree);
  }
}
