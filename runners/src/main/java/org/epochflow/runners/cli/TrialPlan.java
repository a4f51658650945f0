package org.epochflow.runners.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A training as {@code train} would make it of its words: those that were typed, some replaced.
 *
 * @param replaced by name
 * @param arguments all of them
 */
record TrialPlan(
    Map<String, String> replaced,
    Arguments arguments,
    TrainOptions options,
    TrainingConfigs configs) {
  /**
   * Reads and checks the words as those of {@code train}.
   *
   * @param typed of any command; those that train has not are left out
   */
  static TrialPlan of(Arguments typed, Map<String, String> replaced, Pipelines pipelines) {
    Command<TrainOptions> train = TrainCommand.command(pipelines);
    List<Option> known = Option.ours(TrainOptions.class);
    List<String> words =
        new ArrayList<>(
            typed.only(o -> known.contains(o) && !replaced.containsKey(o.name())).words());
    replaced.forEach((name, value) -> words.add("--%s=%s".formatted(name, value)));
    Arguments arguments = Arguments.parse(words, train, List.of(train));
    TrainOptions options = arguments.as(TrainOptions.class);
    TrainingConfigs configs = new TrainingConfigs(options, arguments.given(), pipelines);
    configs.requireSound();
    return new TrialPlan(replaced, arguments, options, configs);
  }
}
