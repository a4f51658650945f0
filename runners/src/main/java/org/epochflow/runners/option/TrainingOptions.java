package org.epochflow.runners.option;

import java.util.Locale;
import java.util.Optional;
import org.epochflow.model.format.Compiled;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.optim.Optimizers;
import org.epochflow.model.optim.schedule.Schedule;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.LearningRate;
import org.epochflow.model.train.ReduceOnPlateau;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** How the network is trained. All of it affects the result. */
public final class TrainingOptions {
  @Option(names = "--epochs", description = "Maximum number of epochs")
  @Takes(atLeast = 1)
  public int epochs = TrainingConfig.DEFAULT_EPOCHS;

  @Option(names = "--batchSize", description = "Number of examples in one step of a replica")
  @Takes(
      atLeast = 1,
      atMost = 65536,
      fallback =
          "128 with up to 7 replicas, 64 with up to 15, 32 with up to 31, and so on down to 8")
  public @Nullable Integer batchSize;

  @Option(names = "--learningRate", description = "Learning rate of a replica's steps")
  @Takes(
      above = 0,
      fallback =
          Optimizers.DEFAULT_RATE
              + " with adam, Keras's with another optimizer, or "
              + Strategy.DEFAULT_SERVER_ADAM_REPLICA
              + " with server-adam")
  public @Nullable Double learningRate;

  @Option(
      names = "--learningRateScaling",
      description = "How the learning rate grows with the number of replicas under local")
  @Takes(
      words = {"linear", "capped", "sqrt", "none"},
      fallback = "linear with up to 4 replicas, else capped, which is linear but at most 4")
  public @Nullable String learningRateScaling;

  @Option(
      names = "--warmupEpochs",
      description = "Number of epochs in which the learning rate rises to its full value")
  @Takes(atLeast = 0)
  public double warmupEpochs = LearningRate.DEFAULT_WARMUP_EPOCHS;

  @Option(
      names = "--schedule",
      paramLabel = "SCHEDULE",
      converter = ScheduleConverter.class,
      description =
          "How the learning rate changes over the epochs, instead of its rise over --warmupEpochs and"
              + " its fall: constant, exponential, inversetime, polynomial, piecewise, cosine or"
              + " onecycle, with settings as in cosine:warmup=1,restarts=2. Times are in epochs,"
              + " rates are shares of the full value")
  public @Nullable Schedule schedule;

  @Option(
      names = "--reduceOnPlateau",
      paramLabel = "SETTINGS",
      converter = ReduceOnPlateauConverter.class,
      description =
          "Reduce the learning rate when --monitor no longer improves, with settings as in"
              + " factor=0.1,patience=10,minDelta=0.0001,cooldown=0,minRate=0, which are Keras's")
  public @Nullable ReduceOnPlateau reduceOnPlateau;

  @Option(
      names = "--labelSmoothing",
      description =
          "Share of each label's probability that the loss spreads evenly over all classes; the"
              + " losses of validation and test have it too")
  @Takes(atLeast = 0, below = 1, fallback = "what a .keras file of Keras was compiled with, or 0")
  public @Nullable Double labelSmoothing;

  @Option(
      names = "--classWeights",
      paramLabel = "WEIGHTS",
      converter = ClassWeightsConverter.class,
      description =
          "How much the examples of each class count in the training loss: balanced, so that all"
              + " classes count alike; or labels or names of classes with their weights, as in"
              + " 0:1,1:3, where all others have 1")
  public ClassWeights classWeights = ClassWeights.NONE;

  @Option(
      names = "--replicas",
      description =
          "Number of copies of the network that train in parallel, each on its own share of an"
              + " epoch")
  @Takes(
      atLeast = 1,
      atMost = 1024,
      fallback = DataParallel.DEFAULT_REPLICAS + ", but 1 for resnet and fast")
  public int replicas = DataParallel.DEFAULT_REPLICAS;

  @Option(
      names = "--roundsPerEpoch",
      description = "How many times per epoch the replicas are averaged")
  @Takes(atLeast = 1, atMost = 1000, fallback = "4 with up to 2 replicas, 20 with up to 8, else 40")
  public @Nullable Integer roundsPerEpoch;

  @Option(
      names = "--strategy",
      description =
          "How replicas work together. local: each takes steps of the optimizer, and every round"
              + " averages them; local-adam is the same with Adam. server-adam: each takes plain"
              + " gradient steps, and their mean change over a round is the gradient of one step of"
              + " Adam")
  @Takes(words = {"local", "local-adam", "server-adam"})
  public String strategy = "local";

  @Option(
      names = "--serverLearningRate",
      description = "Learning rate of server-adam's step at the end of a round")
  @Takes(above = 0)
  public double serverLearningRate = LearningRate.DEFAULT_SERVER;

  @Option(
      names = "--earlyStopping",
      arity = "0..1",
      fallbackValue = "true",
      description = "Stop before the last epoch when --monitor no longer improves")
  public boolean earlyStopping = true;

  @Option(
      names = "--monitor",
      description =
          "Figure that decides when to stop early and which model is the best. val_f1 is the mean of"
              + " the classes' f1, val_ece the expected calibration error")
  @Takes(words = {"val_loss", "val_accuracy", "val_top_k_accuracy", "val_f1", "val_ece"})
  public String monitor = "val_loss";

  @Option(
      names = "--topK",
      description =
          "Also measure the share of the examples whose label is among the N most probable classes")
  @Takes(
      atLeast = 1,
      fallback = "none, or " + EarlyStopping.DEFAULT_TOP_K + " with --monitor=val_top_k_accuracy")
  public @Nullable Integer topK;

  @Option(
      names = "--patience",
      description = "Number of epochs without an improvement after which training stops early")
  @Takes(atLeast = 0)
  public int patience = EarlyStopping.DEFAULT_PATIENCE;

  @Option(
      names = "--minDelta",
      description = "Smallest change of --monitor that counts as an improvement")
  @Takes(atLeast = 0)
  public double minDelta;

  @Option(
      names = "--seed",
      description =
          "Seed of the split, the initial weights, the shuffling, the dropout and the changes of images")
  public long seed = TrainingConfig.DEFAULT_SEED;

  @Option(
      names = "--kernels",
      description = "Implementation of the arithmetic; they differ in the last digits of a result")
  @Takes(words = {"auto", "vector", "ejml"})
  public String kernels = "auto";

  /** How replicas work together. */
  public DataParallel parallel() {
    return new DataParallel(
        Strategy.named(strategy),
        replicas,
        roundsPerEpoch == null ? DataParallel.defaultRounds(replicas) : roundsPerEpoch);
  }

  /** The number of examples in one step of a replica. */
  public int batchSize() {
    return batchSize == null ? TrainingConfig.defaultBatchSize(replicas) : batchSize;
  }

  /**
   * The rates of the steps that an optimizer takes.
   *
   * @param recipe what the model brings, if it is not chosen here
   * @throws UsageException if options do not go together
   */
  public LearningRate rate(Optimizer optimizer, Optional<Compiled.Recipe> recipe) {
    double usual =
        recipe
            .map(Compiled.Recipe::rate)
            .orElseGet(() -> Strategy.named(strategy).defaultRate(optimizer));
    return new LearningRate(
        learningRate == null ? usual : learningRate,
        learningRateScaling == null
            ? LearningRate.Scaling.defaultFor(replicas)
            : constant(LearningRate.Scaling.class, learningRateScaling),
        warmupEpochs,
        serverLearningRate,
        schedule == null ? recipe.flatMap(Compiled.Recipe::schedule).orElse(null) : schedule,
        reduceOnPlateau);
  }

  /** When to stop early. */
  public EarlyStopping stopping() {
    EarlyStopping.Monitor figure = constant(EarlyStopping.Monitor.class, monitor);
    @Nullable Integer k = topK;
    if (k == null && figure == EarlyStopping.Monitor.VAL_TOP_K_ACCURACY) {
      k = EarlyStopping.DEFAULT_TOP_K;
    }
    return new EarlyStopping(earlyStopping, figure, minDelta, patience, k);
  }

  /** Reads what {@link Rule} has checked, or will refuse. */
  static final class ReduceOnPlateauConverter implements ITypeConverter<ReduceOnPlateau> {
    @Override
    public ReduceOnPlateau convert(String value) {
      return ReduceOnPlateau.of(value);
    }
  }

  /** Reads what {@link Rule} has checked, or will refuse. */
  static final class ClassWeightsConverter implements ITypeConverter<ClassWeights> {
    @Override
    public ClassWeights convert(String value) {
      return ClassWeights.parse(value);
    }
  }

  /** The constant that is written in lower case. */
  private static <E extends Enum<E>> E constant(Class<E> type, String word) {
    return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
  }
}
