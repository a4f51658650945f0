package org.epochflow.pipeline.run;

import org.epochflow.model.metric.Validation;
import org.epochflow.model.train.EpochResult;
import org.epochflow.model.train.Lanes;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.train.EpochWork;
import org.epochflow.pipeline.train.TrainingData;

/** A plain loop over the same blocks as the pipeline's, in this process. */
public final class InProcessEpochs implements Epochs {
  private final TrainingData data;
  private final Lanes lanes;

  /**
   * @param lanes how many replicas train at once, and on how many threads
   */
  public InProcessEpochs(TrainingData data, Lanes lanes) {
    this.data = data;
    this.lanes = lanes;
  }

  @Override
  public EpochResult run(TrainingState state, Progress progress) {
    EpochWork work = new EpochWork(state.epochConfig(), data, state.epoch());
    Stopwatch watch = new Stopwatch();
    long examples = data.trainExamples();
    EpochWork.Trained trained =
        work.train(state.model(), lanes, done -> progress.at(done, examples));
    progress.at(trained.tally().examples(), examples);
    double trainingSeconds = watch.seconds();
    int threads = lanes.count() * lanes.threads();
    Validation validation =
        work.validate(trained.model().parameters(), 0, work.validationChunks(), threads);
    work.requireAll(trained.tally(), validation);
    return new EpochResult(
        trained.model(), trained.tally(), validation, trainingSeconds, watch.seconds());
  }
}
