package org.epochflow.runners.option;

import picocli.CommandLine.Option;

/** The registry's folder. */
public final class RegistryOptions {
  @Option(
      names = "--registry",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the registry, with its versions, its ledger and its champion")
  public String registry = "";
}
