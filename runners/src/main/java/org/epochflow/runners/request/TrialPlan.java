package org.epochflow.runners.request;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.experiment.ExperimentJob.Candidate;
import org.epochflow.runners.option.ConfigOptions;
import org.epochflow.runners.option.Rule;

/**
 * A training of an experiment as {@code train} would make it from its words: those that were typed,
 * some replaced.
 *
 * @param arguments all of them
 */
public record TrialPlan(Arguments arguments, Candidate candidate) {
  /**
   * Reads and checks the words as those of {@code train}.
   *
   * @param typed of any verb; those that do not decide a training are left out
   * @param replaced by name
   */
  public static TrialPlan of(
      Arguments typed, Map<String, String> replaced, DataFiles files, Models models)
      throws IOException {
    ConfigOptions options = new ConfigOptions();
    Map<String, Rule> rules = Rule.of(options);
    List<String> words =
        new ArrayList<>(
            typed.only(name -> rules.containsKey(name) && !replaced.containsKey(name)).words());
    replaced.forEach((name, value) -> words.add("--%s=%s".formatted(name, value)));
    Arguments arguments = Arguments.parse(options, words);
    return new TrialPlan(
        arguments,
        new Candidate(
            replaced,
            TrainingJobs.of(options, arguments.given(), Optional.of(files), models),
            OptionsFile.json(arguments, rules)));
  }
}
