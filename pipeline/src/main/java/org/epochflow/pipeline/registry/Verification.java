package org.epochflow.pipeline.registry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.epochflow.pipeline.run.RunConfig;
import org.epochflow.pipeline.store.RunFolder;

/** The result of comparing a registry with its ledger. */
public final class Verification {
  private Verification() {}

  /** A version, or the file {@code champion}, and its fault. */
  public record Finding(String of, Optional<String> damage) {}

  /**
   * Checks every trained version and the champion's file. It changes nothing.
   *
   * @throws org.epochflow.model.json.ModelFormatException if the ledger cannot be read
   */
  public static List<Finding> of(Registry registry) throws IOException {
    Ledger ledger = registry.ledger();
    List<Finding> findings = new ArrayList<>();
    TreeSet<Integer> versions = new TreeSet<>(registry.begun());
    ledger.entries().stream()
        .filter(entry -> entry.decision().concludes())
        .map(LedgerEntry::version)
        .filter(Objects::nonNull)
        .forEach(versions::add);
    for (int version : versions) {
      findings.add(new Finding(Registry.name(version), damage(registry, version, ledger)));
    }
    findings.add(new Finding("champion", championsDamage(registry, ledger)));
    return findings;
  }

  private static Optional<String> damage(Registry registry, int version, Ledger ledger) {
    if (!ledger.ended(version)) {
      return Optional.empty();
    }
    RunFolder run = registry.run(version);
    try {
      RunConfig.of(run);
      boolean hasModel = ledger.trained(version).map(LedgerEntry::figures).isPresent();
      if (hasModel) {
        registry.sound(version, ledger);
        run.latest();
        if (!run.isFinished()) {
          return Optional.of("Expected its figures, found no metrics.json");
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<String> championsDamage(Registry registry, Ledger ledger)
      throws IOException {
    Optional<String> expected = ledger.champion().map(Registry::name);
    Optional<String> found = registry.championAsWritten();
    return expected.equals(found)
        ? Optional.empty()
        : Optional.of(
            "Expected %s, as the ledger has it, found %s; the next retraining or order mends it"
                .formatted(expected.orElse("no champion"), found.orElse("none")));
  }
}
