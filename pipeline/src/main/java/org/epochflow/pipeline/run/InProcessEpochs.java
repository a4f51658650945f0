package org.epochflow.pipeline.run;

import java.io.IOException;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.train.Averaging;
import org.epochflow.model.train.EpochResult;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.Round;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.train.EpochWork;
import org.epochflow.pipeline.train.TrainingData;

/** A plain loop over the same blocks as the pipeline's, one replica after the other. */
public final class InProcessEpochs implements Epochs {
  private final TrainingData data;
  private final int threads;

  /**
   * @param threads how many share the steps of a replica
   */
  public InProcessEpochs(TrainingData data, int threads) {
    this.data = data;
    this.threads = threads;
  }

  @Override
  public EpochResult run(TrainingState state, Progress progress) throws IOException {
    TrainingConfig config = state.config();
    EpochWork work = new EpochWork(config, data);
    Stopwatch watch = new Stopwatch();
    ModelState model = state.model();
    Tally training = Tally.NONE;
    for (int round = 0; round < config.parallel().rounds(); round++) {
      Averaging averaging = new Averaging(config, model);
      for (int replica = 0; replica < config.parallel().replicas(); replica++) {
        long before = training.plus(averaging.tally()).examples();
        averaging.add(
            work.train(
                new Round(state.epoch(), round, replica),
                model,
                threads,
                done -> progress.at(before + done.examples(), data.trainExamples())));
      }
      model = averaging.model();
      training = training.plus(averaging.tally());
    }
    double trainingSeconds = watch.seconds();
    Tally validation = Tally.NONE;
    for (int chunk = 0; chunk < work.validationChunks(); chunk++) {
      validation = validation.plus(work.validate(model.parameters(), chunk, threads));
    }
    work.requireAll(training, validation);
    return new EpochResult(model, training, validation, trainingSeconds, watch.seconds());
  }
}
