package org.epochflow.runners.option;

import java.util.List;
import org.epochflow.pipeline.experiment.Rungs;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a tuning tries, and how. */
public final class TuningOptions {
  private static final int DEFAULT_POINTS = 3;
  private static final int DEFAULT_REDUCTION = 3;

  @Option(
      names = "--search",
      description =
          "grid tries every combination. random tries combinations that are drawn at random. halving"
              + " draws them too, trains all of them for a few epochs, and lets only the best"
              + " continue, in several stages")
  @Takes(words = {"grid", "random", "halving"})
  public String search = "grid";

  @Option(
      names = "--tune",
      paramLabel = "OPTION=VALUES",
      description =
          "An option of the model, the training or the split with what to try for it: values"
              + " (dropout=0,0.25) or a range (learningRate=1e-4..1e-2:log). May be repeated")
  public @Nullable List<String> tune;

  @Option(
      names = "--space",
      paramLabel = "FILE",
      description =
          "The same as --tune in a file: a JSON object that gives each option a list of values, or"
              + " a range as text")
  public @Nullable String space;

  @Option(names = "--points", description = "How many values grid takes from a range")
  @Takes(atLeast = 2, atMost = Rungs.MOST_TRIALS)
  public int points = DEFAULT_POINTS;

  @Option(
      names = "--trials",
      description = "How many combinations random and halving draw; they need this or --budget")
  @Takes(atLeast = 1, atMost = Rungs.MOST_TRIALS)
  public @Nullable Integer trials;

  @Option(
      names = "--budget",
      paramLabel = "EPOCHS",
      description =
          "Maximum number of epochs of all trials together; random and halving draw as many"
              + " combinations as it allows")
  @Takes(atLeast = 1)
  public @Nullable Integer budget;

  @Option(
      names = "--reduction",
      description =
          "With halving, one in N trials continues to the next stage, which trains it to N times as"
              + " many epochs")
  @Takes(atLeast = 2)
  public int reduction = DEFAULT_REDUCTION;
}
