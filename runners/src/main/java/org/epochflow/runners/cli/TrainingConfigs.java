package org.epochflow.runners.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.epochflow.model.format.ConfigJson;
import org.epochflow.model.kernel.EjmlKernels;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.LearningRate;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.jspecify.annotations.Nullable;

/** Turns what was typed into the configuration of a training: the only place that does. */
record TrainingConfigs(ConfigOptions options, Set<String> given, ModelFiles files) {
  /** What each option became, by its name: a resumed run must agree in those that are typed. */
  private static final Map<String, Function<TrainingConfig, Object>> DECIDING =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("validationSplit", c -> c.split().validation()),
              Map.entry("stratify", c -> c.split().stratify()),
              Map.entry("folds", c -> c.split().folds()),
              Map.entry("fold", c -> c.split().fold()),
              Map.entry("batchSize", TrainingConfig::batchSize),
              Map.entry("learningRate", c -> c.learningRate().base()),
              Map.entry("learningRateScaling", c -> word(c.learningRate().scaling())),
              Map.entry("warmupEpochs", c -> c.learningRate().warmupEpochs()),
              Map.entry("serverLearningRate", c -> c.learningRate().server()),
              Map.entry("replicas", c -> c.parallel().replicas()),
              Map.entry("roundsPerEpoch", c -> c.parallel().roundsPerEpoch()),
              Map.entry("strategy", c -> word(c.parallel().strategy()).replace('_', '-')),
              Map.entry("earlyStopping", c -> c.stopping().enabled()),
              Map.entry("patience", c -> c.stopping().patience()),
              Map.entry("minDelta", c -> c.stopping().minDelta()),
              Map.entry("monitor", c -> word(c.stopping().monitor())),
              Map.entry("seed", TrainingConfig::seed),
              Map.entry("kernels", TrainingConfig::kernels),
              Map.entry("classNames", TrainingConfig::classNames)));

  private static final String SLOW =
      "Without the JVM's vectors --kernels=auto means ejml, which trains up to 25 times slower;"
          + " start java with --add-modules jdk.incubator.vector, as the launcher does";

  /** Refuses what can be refused before the data is read. */
  void requireSound() {
    networks().requireNamed();
    split();
  }

  /**
   * The configuration of a new run.
   *
   * @param image the shape of the data's images
   */
  TrainingConfig begin(Shape image) throws IOException {
    return begin(image, networks().classNames());
  }

  /**
   * The same with other names for the classes where none are typed.
   *
   * @param names of the model that training starts from
   */
  TrainingConfig begin(Shape image, List<String> names) throws IOException {
    return with(Preprocessing.STANDARD.withImage(image), networks().forImages(image), names);
  }

  /** A text that differs where another training would be configured, whatever the images. */
  String identity() throws IOException {
    return ConfigJson.write(
        with(Preprocessing.STANDARD, networks().forAnyImages(), networks().classNames()));
  }

  /**
   * The saved configuration, with {@code --epochs} where that is typed.
   *
   * @throws UsageException where another option is typed that would have made another run
   */
  TrainingConfig resume(TrainingConfig saved) {
    Kernels.named(saved.kernels());
    requireSameNetwork(saved.architecture());
    TrainingConfig typed = with(saved.preprocessing(), saved.architecture(), saved.classNames());
    DECIDING.forEach(
        (name, value) -> {
          if (given.contains(name)) {
            requireSame(name, value.apply(saved), value.apply(typed));
          }
        });
    if (!given.contains("epochs")) {
      return saved;
    } else if (options.getEpochs() < saved.epochs()) {
      throw new UsageException(
          "Expected --epochs of %d or more, as the run has, found %d"
              .formatted(saved.epochs(), options.getEpochs()));
    }
    return saved.withEpochs(options.getEpochs());
  }

  /** Refuses another {@code --maxRejected} than the saved. */
  void requireSameBudget(long saved) {
    if (given.contains("maxRejected")) {
      requireSame("maxRejected", saved, options.getMaxRejected());
    }
  }

  private TrainingConfig with(
      Preprocessing preprocessing, Architecture architecture, List<String> names) {
    Strategy strategy = choice(Strategy.class, options.getStrategy());
    return new TrainingConfig(
        architecture,
        preprocessing,
        kernels(),
        options.getSeed(),
        options.getEpochs(),
        options.getBatchSize(),
        new DataParallel(strategy, options.getReplicas(), options.getRoundsPerEpoch()),
        new LearningRate(
            baseRate(strategy),
            choice(LearningRate.Scaling.class, options.getLearningRateScaling()),
            options.getWarmupEpochs(),
            options.getServerLearningRate()),
        new EarlyStopping(
            options.isEarlyStopping(),
            choice(EarlyStopping.Monitor.class, options.getMonitor()),
            options.getMinDelta(),
            options.getPatience()),
        split(),
        NamedClasses.of(options.getClassNames(), names));
  }

  private SplitRule split() {
    @Nullable Integer folds = options.getFolds();
    @Nullable Integer fold = options.getFold();
    if (folds == null && fold == null) {
      return new SplitRule(options.getValidationSplit(), options.isStratify());
    } else if (folds == null || fold == null) {
      throw new UsageException("Expected both --folds=K and --fold=I, or neither");
    } else if (given.contains("validationSplit")) {
      throw new UsageException("--validationSplit does nothing with --folds");
    } else if (fold > folds) {
      throw new UsageException("Expected --fold of 1 to %d, found %d".formatted(folds, fold));
    }
    return SplitRule.ofFold(fold, folds, options.isStratify());
  }

  /** The name of the arithmetic, which is made once to see that it runs here. */
  private String kernels() {
    String name = isAuto() ? Kernels.auto() : options.getKernels();
    return Kernels.named(name).name();
  }

  private boolean isAuto() {
    return options.getKernels().equals("auto");
  }

  /** What the user should know of a new run's arithmetic. */
  Optional<String> advice() {
    return isAuto() && Kernels.auto().equals(EjmlKernels.NAME)
        ? Optional.of(SLOW)
        : Optional.empty();
  }

  private double baseRate(Strategy strategy) {
    @Nullable Double rate = options.getLearningRate();
    return rate != null ? rate : strategy.defaultRate(strategy.defaultOptimizer());
  }

  private void requireSameNetwork(Architecture saved) {
    String name = given.contains("model") ? options.getModel() : saved.name();
    requireSame("model", saved.name(), name);
    if (given.contains("classes")) {
      requireSame("classes", saved.classes(), options.getClasses());
    }
    for (String shaping : Networks.SHAPING) {
      if (given.contains(shaping)
          && !(Presets.NAMES.contains(name)
              && networks().preset(name, saved.input()).equals(saved))) {
        throw new UsageException(
            "Expected --%s as in the run, or not at all; only --epochs may change"
                .formatted(shaping));
      }
    }
  }

  private static void requireSame(String name, Object saved, Object typed) {
    if (!saved.equals(typed)) {
      throw new UsageException(
          "Expected --%s=%s, as in the run, or not at all, found %s; only --epochs may change"
              .formatted(name, saved, typed));
    }
  }

  private Networks networks() {
    return new Networks(options, given, files);
  }

  /** The constant that is written in lower case, with dashes or underscores. */
  private static <E extends Enum<E>> E choice(Class<E> type, String word) {
    return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
