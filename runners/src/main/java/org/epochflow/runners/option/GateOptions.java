package org.epochflow.runners.option;

import java.util.Locale;
import org.epochflow.pipeline.registry.Gates;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a new version must achieve on the test data to become the champion. */
public final class GateOptions {
  @Option(names = "--minAccuracy", description = "Lowest test accuracy of a new champion")
  @Takes(atLeast = 0, atMost = 1, fallback = "none")
  public @Nullable Double minAccuracy;

  @Option(
      names = "--minTopKAccuracy",
      description = "Lowest top-k test accuracy of a new champion; it needs --topK")
  @Takes(atLeast = 0, atMost = 1, fallback = "none")
  public @Nullable Double minTopKAccuracy;

  @Option(
      names = "--minF1",
      description = "Lowest mean of the classes' f1 of a new champion, on the test data")
  @Takes(atLeast = 0, atMost = 1, fallback = "none")
  public @Nullable Double minF1;

  @Option(
      names = "--maxEce",
      description = "Highest expected calibration error of a new champion, on the test data")
  @Takes(atLeast = 0, atMost = 1, fallback = "any")
  public @Nullable Double maxEce;

  @Option(
      names = "--improvementOf",
      description =
          "Test figure that must be better than the champion's: higher, or for ece, the expected"
              + " calibration error, lower")
  @Takes(words = {"accuracy", "top_k_accuracy", "f1", "ece"})
  public String improvementOf = "accuracy";

  @Option(
      names = "--minImprovement",
      description = "How much better than the champion's --improvementOf must be, on the same data")
  @Takes(
      atLeast = -1,
      atMost = 1,
      fallback = "any amount, but more than nothing; 0 accepts an equal figure")
  public @Nullable Double minImprovement;

  @Option(
      names = "--maxClassDrop",
      description = "How much lower than the champion's its recall may be in any one class")
  @Takes(atLeast = 0, atMost = 1, fallback = "any amount")
  public @Nullable Double maxClassDrop;

  /** The gates that are asked for. */
  public Gates gates() {
    return new Gates(
        minAccuracy,
        minTopKAccuracy,
        minF1,
        maxEce,
        Gates.Figure.valueOf(improvementOf.toUpperCase(Locale.ROOT)),
        minImprovement,
        maxClassDrop);
  }
}
