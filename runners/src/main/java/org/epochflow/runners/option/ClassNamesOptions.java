package org.epochflow.runners.option;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the classes are called wherever they are shown. */
public final class ClassNamesOptions {
  @Option(
      names = "--classNames",
      paramLabel = "A,B,C|FILE",
      description =
          "Names of the classes in the order of their labels: mnist, fashion-mnist, names separated"
              + " by commas, or a file with one name per line. A trained model keeps them")
  @Takes(fallback = "the model's names, or else the labels")
  public @Nullable String classNames;
}
