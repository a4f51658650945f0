package org.epochflow.runners.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.epochflow.runners.option.ConfigOptions;
import org.epochflow.runners.option.Rule;

/**
 * A training as {@code train} would make it from its words: those that were typed, some replaced.
 *
 * @param replaced by name
 * @param arguments all of them
 */
public record TrialPlan(
    Map<String, String> replaced,
    Arguments arguments,
    ConfigOptions options,
    TrainingConfigs configs) {
  /**
   * Reads and checks the words as those of {@code train}.
   *
   * @param typed of any verb; those that do not decide a training are left out
   */
  public static TrialPlan of(Arguments typed, Map<String, String> replaced, ModelFiles files) {
    ConfigOptions options = new ConfigOptions();
    Set<String> known = Rule.of(options).keySet();
    List<String> words =
        new ArrayList<>(
            typed.only(name -> known.contains(name) && !replaced.containsKey(name)).words());
    replaced.forEach((name, value) -> words.add("--%s=%s".formatted(name, value)));
    Arguments arguments = Arguments.parse(options, words);
    TrainingConfigs configs = new TrainingConfigs(options, arguments.given(), files);
    configs.requireSound();
    return new TrialPlan(replaced, arguments, options, configs);
  }
}
