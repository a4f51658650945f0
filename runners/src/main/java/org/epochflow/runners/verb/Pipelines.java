package org.epochflow.runners.verb;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.sdk.options.PipelineOptions;
import org.epochflow.model.metric.ConfusionMatrix;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.ProgressListener;
import org.epochflow.pipeline.experiment.CrossValidation;
import org.epochflow.pipeline.experiment.TrialListener;
import org.epochflow.pipeline.experiment.Tuning;
import org.epochflow.pipeline.registry.LedgerEntry;
import org.epochflow.pipeline.registry.Retraining;
import org.epochflow.pipeline.run.TrainingListener;
import org.epochflow.runners.option.ClusterOptions;
import org.epochflow.runners.request.ExampleFiles;
import org.epochflow.runners.request.ModelFiles;
import org.epochflow.runners.request.TrainingConfigs;
import org.epochflow.runners.request.TrialPlan;
import org.epochflow.runners.request.TuningPlan;

/** What the commands have done for them by the pipelines. */
public interface Pipelines extends ModelFiles {
  /**
   * A training to be done.
   *
   * @param configs gives the configuration once the images' shape, or the saved one, is known
   * @param train empty where a resumed run is to read what it read before; likewise {@code test}
   * @param output the run's folder
   */
  record Training(
      Train verb,
      TrainingConfigs configs,
      Optional<ExampleFiles> train,
      Optional<ExampleFiles> test,
      String output) {}

  /** How a model did on classes of these names, and the files and folders that say more. */
  record Evaluation(
      Tally tally, ConfusionMatrix confusion, List<String> names, List<String> outputs) {
    public Evaluation {
      names = List.copyOf(names);
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * A training that ended.
   *
   * @param test of the best model; empty where there is none
   */
  record Trained(TrainingState state, Optional<Evaluation> test) {}

  /** How many images were predicted, and the files that say what. */
  record Predicted(long images, List<String> outputs) {
    public Predicted {
      outputs = List.copyOf(outputs);
    }
  }

  /** Whether a folder holds a run already. */
  boolean isRun(String folder) throws IOException;

  /**
   * Trains, telling the listeners, and evaluates the best model on the test examples.
   *
   * @param terminal is told of what else is to be waited for
   */
  Trained train(
      Training training,
      PipelineOptions runner,
      ProgressListener terminal,
      List<TrainingListener> listeners)
      throws IOException;

  /** Evaluates the verb's model on {@code examples}, or their validation part. */
  Evaluation evaluate(
      Evaluate verb,
      PipelineOptions runner,
      ProgressListener terminal,
      ExampleFiles examples,
      String output)
      throws IOException;

  /**
   * Where the pipelines of these options run.
   *
   * @param folder the absolute path of the run's, or the output's, folder
   */
  Execution execution(PipelineOptions runner, ClusterOptions cluster, String folder)
      throws IOException;

  /** Predicts what the verb's images show. */
  Predicted predict(Predict verb, PipelineOptions runner, ProgressListener terminal, String output)
      throws IOException;

  /**
   * Trainings to be done beside each other, over the same files.
   *
   * @param request what its folder keeps
   * @param trials in the order of their numbers
   * @param test empty where there is nothing to test
   */
  record Experiment(
      PipelineOptions runner,
      ClusterOptions cluster,
      String request,
      List<TrialPlan> trials,
      ExampleFiles train,
      Optional<ExampleFiles> test,
      String output) {
    public Experiment {
      trials = List.copyOf(trials);
    }
  }

  /** What an experiment in a folder was asked; empty where none has begun there. */
  Optional<String> asked(String verb, String output) throws IOException;

  /**
   * Trains the trials, telling the listeners, and finishes the best.
   *
   * @param terminal is told of what else is to be waited for
   */
  Tuning.Result tune(
      Experiment experiment,
      TuningPlan plan,
      ProgressListener terminal,
      List<TrialListener> listeners)
      throws IOException;

  /** Trains the folds, telling the listeners, and predicts every example once. */
  CrossValidation.Result crossvalidate(
      Experiment experiment, ProgressListener terminal, List<TrialListener> listeners)
      throws IOException;

  /**
   * Trains the next version of a registry and decides.
   *
   * @param terminal is told of what else is to be waited for
   */
  Retraining.Night retrain(
      Retrain verb,
      PipelineOptions runner,
      TrainingConfigs configs,
      ProgressListener terminal,
      List<TrainingListener> listeners,
      Consumer<LedgerEntry> told)
      throws IOException;
}
