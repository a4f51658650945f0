package org.epochflow.runners.option;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a new version must achieve on the test data to become the champion. */
public final class GateOptions {
  @Option(names = "--minAccuracy", description = "Lowest test accuracy of a new champion")
  @Takes(atLeast = 0, atMost = 1, fallback = "none")
  public @Nullable Double minAccuracy;

  @Option(
      names = "--minImprovement",
      description =
          "How much higher than the champion's its test accuracy must be, on the same data")
  @Takes(
      atLeast = -1,
      atMost = 1,
      fallback = "any amount, but more than nothing; 0 accepts an equal accuracy")
  public @Nullable Double minImprovement;

  @Option(
      names = "--maxClassDrop",
      description = "How much lower than the champion's its recall may be in any one class")
  @Takes(atLeast = 0, atMost = 1, fallback = "any amount")
  public @Nullable Double maxClassDrop;
}
