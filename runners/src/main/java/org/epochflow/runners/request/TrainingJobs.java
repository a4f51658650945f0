package org.epochflow.runners.request;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.epochflow.model.format.Compiled;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.kernel.EjmlKernels;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Loss;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.LearningRate;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.format.Importers;
import org.epochflow.pipeline.run.StartingModel;
import org.epochflow.pipeline.run.TrainingJob;
import org.epochflow.runners.option.ClassWeights;
import org.epochflow.runners.option.ConfigOptions;
import org.epochflow.runners.option.DataOptions;
import org.epochflow.runners.option.ModelOptions;
import org.epochflow.runners.option.ReadingOptions;
import org.epochflow.runners.option.Rule;
import org.epochflow.runners.option.TrainingOptions;
import org.epochflow.runners.option.UsageException;
import org.jspecify.annotations.Nullable;

/** Turns options into a training: the only place that does. */
public final class TrainingJobs {
  private static final String SLOW =
      "Without the JVM's vectors --kernels=auto means ejml, which trains up to 25 times slower;"
          + " start java with --add-modules jdk.incubator.vector, as the launcher does";

  private TrainingJobs() {}

  /**
   * The training that options ask for. Reads what {@code --model} and {@code --classNames} name,
   * and refuses what can be refused before the data are read.
   *
   * @param given the names of the options that were given
   * @param files empty if a run that continues is to read what it read before
   * @throws UsageException naming options that do not go together
   */
  public static TrainingJob of(
      ConfigOptions options, Set<String> given, Optional<DataFiles> files, Models models)
      throws IOException {
    if (files.isPresent() && !given.contains("classes")) {
      takeClasses(options.model, files.get());
    }
    StartingModel start = models.starting(options.model, given);
    if (!given.contains("replicas")) {
      Preset.named(options.model.model)
          .ifPresent(preset -> options.training.replicas = preset.replicas());
    }
    return new TrainingJob(
        start,
        settings(options, given, recipe(options, start), labelSmoothing(options, start)),
        files,
        options.unusable.maxRejected,
        deciding(given),
        Optional.ofNullable(options.model.pixels).map(Preprocessing.Scale::named));
  }

  /** Takes the number of classes from data that name them, for a network that can have any. */
  private static void takeClasses(ModelOptions model, DataFiles files) throws IOException {
    if (Preset.named(model.model).isPresent()) {
      List<String> names = Importers.classNames(files);
      if (names.size() == 1) {
        throw new UsageException(
            "Expected at least 2 classes, found %s alone (%s)"
                .formatted(names.get(0), files.place()));
      }
      model.classes = names.isEmpty() ? model.classes : names.size();
    }
  }

  /**
   * How the model is trained if nothing else is asked for: what Keras compiled it with, or what its
   * preset says; empty where options choose another optimizer.
   */
  private static Optional<Compiled.Recipe> recipe(ConfigOptions options, StartingModel start) {
    Optional<Compiled> compiled = start.saved().flatMap(SavedModel::compiled);
    if (options.optimizer.optimizer != null
        || !Strategy.named(options.training.strategy).averagesState()) {
      return Optional.empty();
    } else if (compiled.isEmpty()) {
      return Preset.named(options.model.model).flatMap(Preset::recipe);
    }
    try {
      return Optional.of(compiled.get().known());
    } catch (ModelFormatException e) {
      throw new UsageException(
          "%s; --optimizer=NAME trains the model with another".formatted(e.getMessage()));
    }
  }

  /** The label smoothing that is chosen, or else Keras's of the model. */
  private static double labelSmoothing(ConfigOptions options, StartingModel start) {
    @Nullable Double chosen = options.training.labelSmoothing;
    Optional<Compiled> compiled = start.saved().flatMap(SavedModel::compiled);
    if (chosen != null || compiled.isEmpty()) {
      return chosen == null ? 0 : chosen;
    }
    try {
      return compiled.get().knownLabelSmoothing();
    } catch (ModelFormatException e) {
      throw new UsageException(
          "%s; --labelSmoothing=0 trains the model with cross-entropy".formatted(e.getMessage()));
    }
  }

  /** What the user should know of an optimizer and a loss that the model brings. */
  public static Optional<String> brought(ConfigOptions options, TrainingJob job) {
    List<String> parts = new ArrayList<>();
    recipe(options, job.model())
        .ifPresent(
            recipe -> {
              parts.add(recipe.optimizer().name());
              parts.add("learning rate " + recipe.rate());
              recipe.schedule().ifPresent(schedule -> parts.add(schedule.text()));
            });
    double smoothing = labelSmoothing(options, job.model());
    if (options.training.labelSmoothing == null && smoothing > 0) {
      parts.add("label smoothing " + smoothing);
    }
    recipe(options, job.model())
        .flatMap(Compiled.Recipe::state)
        .ifPresent(state -> parts.add("and its state after " + state.step() + " steps"));
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of("%s brings %s".formatted(job.model().name(), String.join(", ", parts)));
  }

  private static TrainingJob.Settings settings(
      ConfigOptions options,
      Set<String> given,
      Optional<Compiled.Recipe> recipe,
      double labelSmoothing) {
    TrainingOptions training = options.training;
    String kernels = kernels(training);
    long seed = training.seed;
    int epochs = training.epochs;
    int batchSize = training.batchSize();
    Optimizer optimizer =
        options.optimizer.chosen(training.strategy, recipe.map(Compiled.Recipe::optimizer));
    DataParallel parallel = training.parallel();
    LearningRate rate = training.rate(optimizer, recipe);
    requireOneRise(given);
    EarlyStopping stopping = training.stopping();
    SplitRule split = options.split.rule(options.folds, given);
    Optional<NamedClasses> named = NamedClasses.read(options.classNames.classNames);
    ClassWeights classWeights = training.classWeights;
    return (network, preprocessing, names) -> {
      List<String> classes = named.map(typed -> typed.requireFor(names.size())).orElse(names);
      return new TrainingConfig(
          network,
          preprocessing,
          kernels,
          seed,
          epochs,
          batchSize,
          optimizer,
          parallel,
          rate,
          new Loss.Settings(labelSmoothing, classWeights.text(classes), null),
          stopping,
          split,
          classes);
    };
  }

  private static void requireOneRise(Set<String> given) {
    if (given.containsAll(Set.of("schedule", "warmupEpochs"))) {
      throw new UsageException(
          "--warmupEpochs does nothing to --schedule; cosine has a warmup of its own");
    }
  }

  /** The given options that affect the result, but for those that say where the data are. */
  private static Set<String> deciding(Set<String> given) {
    Set<String> deciding =
        Rule.of(new ConfigOptions()).values().stream()
            .filter(rule -> rule.group() != DataOptions.class)
            .filter(rule -> rule.group() != ReadingOptions.class)
            .map(Rule::name)
            .collect(Collectors.toCollection(HashSet::new));
    deciding.retainAll(given);
    return deciding;
  }

  /** The name of the arithmetic, which is made once to see that it runs here. */
  private static String kernels(TrainingOptions options) {
    return Kernels.named(isAuto(options) ? Kernels.auto() : options.kernels).name();
  }

  private static boolean isAuto(TrainingOptions options) {
    return options.kernels.equals("auto");
  }

  /** What the user should know of a new training's arithmetic. */
  public static Optional<String> advice(TrainingOptions options) {
    return isAuto(options) && Kernels.auto().equals(EjmlKernels.NAME)
        ? Optional.of(SLOW)
        : Optional.empty();
  }
}
