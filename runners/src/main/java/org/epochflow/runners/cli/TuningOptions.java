package org.epochflow.runners.cli;

import java.util.List;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.epochflow.pipeline.experiment.Rungs;
import org.jspecify.annotations.Nullable;

/** What a tuning tries, and how. */
public interface TuningOptions extends PipelineOptions {
  int DEFAULT_POINTS = 3;
  int DEFAULT_REDUCTION = 3;

  @Description(
      "Every combination; --trials of them drawn at random; or so many drawn at random, of which"
          + " only the better go on, rung by rung, to all epochs")
  @Default.String("grid")
  @OneOf({"grid", "random", "halving"})
  String getSearch();

  void setSearch(String value);

  /** Its values whole are among the {@link Arguments}; Beam cuts them at commas. */
  @Description(
      "An option of the model, the training or the split, and what to try for it, as values"
          + " (dropout=0,0.25) or a range (learningRate=0.0001..0.01:log); to be repeated")
  @Shown("OPTION=VALUES")
  @Nullable List<String> getTune();

  void setTune(@Nullable List<String> value);

  @Description("The same in a file: a JSON object of lists of values, or ranges as text, by option")
  @Shown("FILE")
  @Nullable String getSpace();

  void setSpace(@Nullable String value);

  @Description("How many values a grid takes of a range")
  @Default.Integer(DEFAULT_POINTS)
  @Range(atLeast = 2, atMost = Rungs.MOST_TRIALS)
  int getPoints();

  void setPoints(int value);

  @Description("How many trials random and halving draw; they need this or --budget")
  @Range(atLeast = 1, atMost = Rungs.MOST_TRIALS)
  @Nullable Integer getTrials();

  void setTrials(@Nullable Integer value);

  @Description(
      "The most epochs that all trials may take together; random and halving draw as many trials"
          + " as that allows")
  @Range(atLeast = 1)
  @Shown(value = "EPOCHS")
  @Nullable Integer getBudget();

  void setBudget(@Nullable Integer value);

  @Description("Of how many trials of a rung of halving one goes on, to that many times the epochs")
  @Default.Integer(DEFAULT_REDUCTION)
  @Range(atLeast = 2)
  int getReduction();

  void setReduction(int value);
}
