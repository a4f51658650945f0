package org.epochflow.pipeline.run;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.LearningRate;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.RejectionBudget;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.data.format.Importers;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.train.ReplicaThreads;

/**
 * Trains in a program of one's own, as {@code epochflow train} does.
 *
 * <pre>{@code
 * Architecture mlp = Presets.mlp(Shape.of(28, 28, 1), 10, Presets.MLP_DROPOUT);
 * Trainer trainer = Trainer.of(mlp).withEpochs(10).withSeed(7);
 * Execution runner = new RunnerExecution(options); // as a pipeline has them
 * TrainingRun.Trained trained = trainer.train("/data/tonight", "/models/tonight", runner);
 * System.out.println(trained.test().orElseThrow().tally().accuracy());
 * Classifier best = Classifier.load(Path.of("/models/tonight/best_model.keras"));
 * }</pre>
 *
 * <p>What is not set is as the command has it: the same settings on the same data train the same
 * bits. A trainer does not change; each method gives another one.
 */
public final class Trainer {
  private final Architecture network;
  private final int epochs;
  private final long seed;
  private final int replicas;
  private final Optimizer optimizer;
  private final double learningRate;
  private final double validation;

  private Trainer(
      Architecture network,
      int epochs,
      long seed,
      int replicas,
      Optimizer optimizer,
      double learningRate,
      double validation) {
    this.network = network;
    this.epochs = epochs;
    this.seed = seed;
    this.replicas = replicas;
    this.optimizer = optimizer;
    this.learningRate = learningRate;
    this.validation = validation;
  }

  /** Trains a network whose parameters are drawn by the seed. */
  public static Trainer of(Architecture network) {
    Optimizer usual = Strategy.LOCAL.defaultOptimizer();
    return new Trainer(
        network,
        TrainingConfig.DEFAULT_EPOCHS,
        TrainingConfig.DEFAULT_SEED,
        DataParallel.DEFAULT_REPLICAS,
        usual,
        Strategy.LOCAL.defaultRate(usual),
        SplitRule.DEFAULT_VALIDATION);
  }

  /** The most epochs to train; the training stops early when the validation loss stops falling. */
  public Trainer withEpochs(int most) {
    return new Trainer(network, most, seed, replicas, optimizer, learningRate, validation);
  }

  public Trainer withSeed(long other) {
    return new Trainer(network, epochs, other, replicas, optimizer, learningRate, validation);
  }

  /** How many replicas train at once; they are averaged. */
  public Trainer withReplicas(int count) {
    return new Trainer(network, epochs, seed, count, optimizer, learningRate, validation);
  }

  /** Another optimizer at a learning rate. */
  public Trainer with(Optimizer other, double rate) {
    return new Trainer(network, epochs, seed, replicas, other, rate, validation);
  }

  /** The share of the training examples, above 0 and below 1, that validate. */
  public Trainer withValidation(double share) {
    return new Trainer(network, epochs, seed, replicas, optimizer, learningRate, share);
  }

  /**
   * Trains on a data set, and evaluates the best model on its test examples.
   *
   * @param data path of a data set in any format, absolute, such as a folder that {@link
   *     org.epochflow.pipeline.data.WriteExamples} wrote both parts to
   * @param output folder for the run, absolute, without one; on a failure nothing is left of it
   * @param runner such as {@code new RunnerExecution(options)}, with a pipeline's options
   * @throws BadDataException if the data cannot be trained on
   */
  public TrainingRun.Trained train(String data, String output, Execution runner)
      throws IOException {
    TrainingJob job =
        new TrainingJob(
            new StartingModel(
                network.name(),
                network.classes(),
                (image, preprocessing) -> network,
                Optional.empty(),
                false),
            (architecture, preprocessing, names) -> config(preprocessing, names),
            Optional.of(new DataFiles(part(data, Part.TRAIN), part(data, Part.TEST))),
            RejectionBudget.ofCount(0),
            Set.of());
    return new TrainingRun(new RunFolder(output), runner, ReplicaThreads.EVEN, Listeners.none())
        .run(job, false);
  }

  private static List<Source> part(String data, Part part) throws IOException {
    List<Source> sources = Importers.find(data, part, Reading.AS_IT_IS);
    if (sources.isEmpty()) {
      throw new BadDataException(
          "Expected %s in %s, found %s"
              .formatted(Importers.formats(part), data, Importers.content(data)));
    }
    return sources;
  }

  private TrainingConfig config(Preprocessing preprocessing, List<String> classNames) {
    return new TrainingConfig(
        network,
        preprocessing,
        Kernels.auto(),
        seed,
        epochs,
        TrainingConfig.defaultBatchSize(replicas),
        optimizer,
        new DataParallel(Strategy.LOCAL, replicas, DataParallel.defaultRounds(replicas)),
        new LearningRate(
            learningRate,
            LearningRate.Scaling.defaultFor(replicas),
            LearningRate.DEFAULT_WARMUP_EPOCHS,
            LearningRate.DEFAULT_SERVER),
        new EarlyStopping(true, EarlyStopping.Monitor.VAL_LOSS, 0, EarlyStopping.DEFAULT_PATIENCE),
        new SplitRule(validation, false),
        classNames);
  }
}
