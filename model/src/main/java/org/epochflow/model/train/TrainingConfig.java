package org.epochflow.model.train;

import java.io.Serializable;
import java.util.List;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.optim.Optimizer;

/**
 * Everything that decides the result of training but the data and the weights it starts from: the
 * same configuration on the same data gives the same bits. The classes' names decide nothing; they
 * travel with it into the model.
 *
 * @param kernels the name of the arithmetic, whose implementations differ in last digits
 * @param epochs the most epochs to run
 * @param batchSize examples of one replica's step
 * @param optimizer what replicas step with
 * @param classNames one for each class, in the order of the labels
 */
public record TrainingConfig(
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
    List<String> classNames)
    implements Serializable {
  public static final int DEFAULT_EPOCHS = 20;
  public static final int DEFAULT_BATCH_SIZE = 128;
  public static final long DEFAULT_SEED = 42;

  public TrainingConfig {
    Require.atLeast("epochs", 1, epochs);
    Require.atLeast("batchSize", 1, batchSize);
    classNames = ClassNames.requireFor(architecture.classes(), classNames);
    if (!parallel.strategy().averagesState() && !optimizer.slots().isEmpty()) {
      throw new IllegalArgumentException(
          "Expected replicas that take plain steps (sgd) with the strategy %s, found %s"
              .formatted(parallel.strategy(), optimizer.name()));
    }
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

  /** Parameters before the first step, with the state that this training keeps, all zeros. */
  public ModelState startingFrom(float[] parameters) {
    return ModelState.startingFrom(parameters, parallel.strategy().slots(optimizer).size());
  }

  /** The same, with another limit of epochs: the one thing a resumed run may change. */
  public TrainingConfig withEpochs(int limit) {
    return new TrainingConfig(
        architecture,
        preprocessing,
        kernels,
        seed,
        limit,
        batchSize,
        optimizer,
        parallel,
        learningRate,
        stopping,
        split,
        classNames);
  }
}
