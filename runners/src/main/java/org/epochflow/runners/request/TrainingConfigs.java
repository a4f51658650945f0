package org.epochflow.runners.request;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.epochflow.model.format.ConfigJson;
import org.epochflow.model.kernel.EjmlKernels;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.optim.Optimizers;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.LearningRate;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.runners.option.ConfigOptions;
import org.epochflow.runners.option.UsageException;
import org.jspecify.annotations.Nullable;

/** Turns what was typed into the configuration of a training: the only place that does. */
public record TrainingConfigs(ConfigOptions options, Set<String> given, ModelFiles files) {
  private static final String SLOW =
      "Without the JVM's vectors --kernels=auto means ejml, which trains up to 25 times slower;"
          + " start java with --add-modules jdk.incubator.vector, as the launcher does";

  /** Refuses what can be refused before the data is read. */
  public void requireSound() {
    networks().requireNamed();
    split();
  }

  /**
   * The configuration of a new run.
   *
   * @param image the shape of the data's images
   */
  public TrainingConfig begin(Shape image) throws IOException {
    return begin(image, networks().classNames());
  }

  /**
   * The same with other names for the classes where none are typed.
   *
   * @param names of the model that training starts from
   */
  public TrainingConfig begin(Shape image, List<String> names) throws IOException {
    return with(Preprocessing.STANDARD.withImage(image), networks().forImages(image), names);
  }

  /** A text that differs where another training would be configured, whatever the images. */
  public String identity() throws IOException {
    return ConfigJson.write(
        with(Preprocessing.STANDARD, networks().forAnyImages(), networks().classNames()));
  }

  /**
   * The saved configuration, with {@code --epochs} where that is typed.
   *
   * @throws UsageException where another option is typed that would have made another run
   */
  public TrainingConfig resume(TrainingConfig saved) {
    Kernels.named(saved.kernels());
    requireSameNetwork(saved.architecture());
    TrainingConfig typed = with(saved.preprocessing(), saved.architecture(), saved.classNames());
    JsonNode before = ConfigJson.toTree(saved);
    JsonNode now = ConfigJson.toTree(typed);
    for (String name : new TreeSet<>(given)) {
      if (!name.equals("epochs") && (before.has(name) || now.has(name))) {
        requireSame(name, text(before.path(name)), text(now.path(name)));
      }
    }
    if (!given.contains("epochs")) {
      return saved;
    } else if (options.training.epochs < saved.epochs()) {
      throw new UsageException(
          "Expected --epochs of %d or more, as the run has, found %d"
              .formatted(saved.epochs(), options.training.epochs));
    }
    return saved.withEpochs(options.training.epochs);
  }

  /** Refuses another {@code --maxRejected} than the saved. */
  public void requireSameBudget(long saved) {
    if (given.contains("maxRejected")) {
      requireSame("maxRejected", saved, options.data.maxRejected);
    }
  }

  private TrainingConfig with(
      Preprocessing preprocessing, Architecture architecture, List<String> names) {
    Strategy strategy = Strategy.named(options.training.strategy);
    Optimizer optimizer = optimizer(strategy);
    return new TrainingConfig(
        architecture,
        preprocessing,
        kernels(),
        options.training.seed,
        options.training.epochs,
        options.training.batchSize,
        optimizer,
        new DataParallel(strategy, options.training.replicas, options.training.roundsPerEpoch),
        new LearningRate(
            baseRate(strategy, optimizer),
            choice(LearningRate.Scaling.class, options.training.learningRateScaling),
            options.training.warmupEpochs,
            options.training.serverLearningRate),
        new EarlyStopping(
            options.training.earlyStopping,
            choice(EarlyStopping.Monitor.class, options.training.monitor),
            options.training.minDelta,
            options.training.patience),
        split(),
        NamedClasses.of(options.classNames.classNames, names));
  }

  private SplitRule split() {
    @Nullable Integer folds = options.folds.folds;
    @Nullable Integer fold = options.split.fold;
    if (folds == null && fold == null) {
      return new SplitRule(options.split.validationSplit, options.folds.stratify);
    } else if (folds == null || fold == null) {
      throw new UsageException("Expected both --folds=K and --fold=I, or neither");
    } else if (given.contains("validationSplit")) {
      throw new UsageException("--validationSplit does nothing with --folds");
    } else if (fold > folds) {
      throw new UsageException("Expected --fold of 1 to %d, found %d".formatted(folds, fold));
    }
    return SplitRule.ofFold(fold, folds, options.folds.stratify);
  }

  /** The name of the arithmetic, which is made once to see that it runs here. */
  private String kernels() {
    String name = isAuto() ? Kernels.auto() : options.training.kernels;
    return Kernels.named(name).name();
  }

  private boolean isAuto() {
    return options.training.kernels.equals("auto");
  }

  /** What the user should know of a new run's arithmetic. */
  public Optional<String> advice() {
    return isAuto() && Kernels.auto().equals(EjmlKernels.NAME)
        ? Optional.of(SLOW)
        : Optional.empty();
  }

  private Optimizer optimizer(Strategy strategy) {
    @Nullable String name = options.optimizer.optimizer;
    Optimizer optimizer = name == null ? strategy.defaultOptimizer() : Optimizers.named(name);
    try {
      Optimizer set = Optimizers.with(optimizer, options.optimizer.settings);
      strategy.requireFit(options.training.strategy, set);
      return set;
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private double baseRate(Strategy strategy, Optimizer optimizer) {
    @Nullable Double rate = options.training.learningRate;
    return rate != null ? rate : strategy.defaultRate(optimizer);
  }

  private void requireSameNetwork(Architecture saved) {
    String name = given.contains("model") ? options.model.model : saved.name();
    requireSame("model", saved.name(), name);
    if (given.contains("classes")) {
      requireSame("classes", saved.classes(), options.model.classes);
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

  private static String text(JsonNode setting) {
    return setting.isArray() ? setting.toString() : setting.asText("none");
  }

  private Networks networks() {
    return new Networks(options.model, given, files);
  }

  /** The constant that is written in lower case, with dashes or underscores. */
  private static <E extends Enum<E>> E choice(Class<E> type, String word) {
    return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
