package org.epochflow.model.train;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonProperty.Access;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.Serializable;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Loss;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.optim.Optimizers;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides the result of training but the data and the weights it starts from: the
 * same configuration on the same data gives the same bits. The classes' names decide nothing; they
 * travel with it into the model.
 *
 * @param kernels the name of the arithmetic, whose implementations differ in last digits
 * @param epochs the most epochs to run
 * @param batchSize examples of one replica's step
 * @param optimizer what replicas step with
 * @param lossSettings what is chosen of the loss; see {@link #loss}
 * @param classNames one for each class, in the order of the labels
 */
@JsonPropertyOrder({
  "kernels",
  "seed",
  "epochs",
  "batchSize",
  "optimizer",
  "parallel",
  "rates",
  "lossSettings",
  "stopping",
  "split",
  "preprocessing"
})
public record TrainingConfig(
    @JacksonInject @JsonProperty(access = Access.WRITE_ONLY) Architecture architecture,
    @JsonUnwrapped Preprocessing preprocessing,
    String kernels,
    long seed,
    int epochs,
    int batchSize,
    Optimizer optimizer,
    @JsonUnwrapped DataParallel parallel,
    // Named as none of its own fields is, one of which Jackson would take for all of it.
    @JsonUnwrapped @JsonProperty("rates") LearningRate learningRate,
    @JsonUnwrapped Loss.Settings lossSettings,
    @JsonUnwrapped EarlyStopping stopping,
    @JsonUnwrapped SplitRule split,
    List<String> classNames)
    implements Serializable {
  public static final int DEFAULT_EPOCHS = 20;
  private static final int DEFAULT_BATCH_SIZE = 128;
  private static final int SMALLEST_DEFAULT_BATCH_SIZE = 8;
  private static final int EXAMPLES_AT_ONCE = 512;
  public static final long DEFAULT_SEED = 42;

  public TrainingConfig {
    Require.atLeast("epochs", 1, epochs);
    Require.atLeast("batchSize", 1, batchSize);
    Optimizers.requireSound(optimizer);
    classNames = ClassNames.requireFor(architecture.classes(), classNames);
    requireTopK(stopping.topK(), architecture.classes());
    parallel.strategy().requireFit(optimizer);
    learningRate.requireFit(parallel.strategy());
    lossSettings.of(architecture); // refuses what does not fit
    requireSize(architecture, batchSize, parallel.strategy().slots(optimizer).size(), optimizer);
  }

  /** A configuration with the plain loss. */
  public TrainingConfig(
      Architecture architecture,
      Preprocessing preprocessing,
      String kernels,
      long seed,
      int epochs,
      int batchSize,
      Optimizer optimizer,
      DataParallel parallel,
      LearningRate learningRate,
      EarlyStopping stopping,
      SplitRule split,
      List<String> classNames) {
    this(
        architecture,
        preprocessing,
        kernels,
        seed,
        epochs,
        batchSize,
        optimizer,
        parallel,
        learningRate,
        Loss.Settings.PLAIN,
        stopping,
        split,
        classNames);
  }

  /** A configuration with the optimiser that the strategy has where none is given. */
  public TrainingConfig(
      Architecture architecture,
      Preprocessing preprocessing,
      String kernels,
      long seed,
      int epochs,
      int batchSize,
      DataParallel parallel,
      LearningRate learningRate,
      EarlyStopping stopping,
      SplitRule split,
      List<String> classNames) {
    this(
        architecture,
        preprocessing,
        kernels,
        seed,
        epochs,
        batchSize,
        parallel.strategy().defaultOptimizer(),
        parallel,
        learningRate,
        stopping,
        split,
        classNames);
  }

  /**
   * The batch size where none is given: the smallest power of two from 8 to 128 with which the
   * replicas together take 512 examples or more at once; 128 if none is. So it is 128 with up to 7
   * replicas, and 8 replicas or more take about as many steps in an epoch as 4 do.
   */
  public static int defaultBatchSize(int replicas) {
    int batchSize = DEFAULT_BATCH_SIZE;
    while (batchSize > SMALLEST_DEFAULT_BATCH_SIZE
        && batchSize / 2 * (long) replicas >= EXAMPLES_AT_ONCE) {
      batchSize /= 2;
    }
    return batchSize;
  }

  private static void requireTopK(@Nullable Integer topK, int classes) {
    if (topK != null && topK > classes) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT,
              "Expected topK of at most %d, the number of classes, found %d",
              classes,
              topK));
    }
  }

  private static void requireSize(
      Architecture network, int batchSize, int slots, Optimizer optimizer) {
    String holder = "%s, trained with %s".formatted(network.name(), optimizer.name());
    BigInteger parameters = BigInteger.valueOf(network.parameterCount());
    Architecture.requireStorable(parameters, 1 + slots, holder);
    if (batchSize > network.largestBatch()) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT,
              "Expected batchSize of at most %d for %s on %s, found %d",
              network.largestBatch(),
              network.name(),
              network.input(),
              batchSize));
    }
  }

  /** Parameters before the first step, with the state that this training keeps. */
  public ModelState startingFrom(float[] parameters) {
    Strategy strategy = parallel.strategy();
    int slots = strategy.slots(optimizer).size();
    ModelState begun = ModelState.startingFrom(parameters, slots);
    for (int slot = 0; strategy.averagesState() && slot < slots; slot++) {
      Arrays.fill(begun.slots().get(slot), optimizer.initially(slot));
    }
    return begun;
  }

  /** What it minimises. */
  public Loss loss() {
    return lossSettings.of(architecture);
  }

  /** The same with another loss. */
  public TrainingConfig with(Loss.Settings loss) {
    return with(epochs, batchSize, learningRate, loss);
  }

  /** The same, with another limit of epochs: the one thing a resumed run may change. */
  public TrainingConfig withEpochs(int limit) {
    return with(limit, batchSize, learningRate, lossSettings);
  }

  /** The same with other rates. */
  public TrainingConfig with(LearningRate rate) {
    return with(epochs, batchSize, rate, lossSettings);
  }

  /**
   * The same with the schedule's times in epochs, if they are in steps: those that one replica
   * would take.
   *
   * @param trainExamples the examples of an epoch
   */
  public TrainingConfig inEpochs(long trainExamples) {
    return with(learningRate.inEpochs(Math.ceil((double) trainExamples / batchSize)));
  }

  /** The same in steps of another size. */
  TrainingConfig withBatchSize(int size) {
    return with(epochs, size, learningRate, lossSettings);
  }

  private TrainingConfig with(
      int otherEpochs, int otherBatchSize, LearningRate rate, Loss.Settings loss) {
    return new TrainingConfig(
        architecture,
        preprocessing,
        kernels,
        seed,
        otherEpochs,
        otherBatchSize,
        optimizer,
        parallel,
        rate,
        loss,
        stopping,
        split,
        classNames);
  }
}
