package org.epochflow.runners.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.epochflow.model.json.Json;
import org.epochflow.model.train.EpochRow;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.evaluate.Evaluation;
import org.epochflow.pipeline.experiment.ExperimentFolder;
import org.epochflow.pipeline.experiment.Trial;
import org.epochflow.pipeline.experiment.TrialListener;
import org.epochflow.pipeline.experiment.TrialResult;
import org.epochflow.pipeline.run.RunConfig;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.runners.mlflow.MlflowCalls.End;
import org.jspecify.annotations.Nullable;

/**
 * Tracks an experiment on an MLflow server while it runs, by {@link MlflowCalls}: a run for the
 * experiment, and one nested in it for each trial.
 */
public final class MlflowExperimentListener implements TrialListener, AutoCloseable {
  private static final List<String> FILES =
      List.of(
          "report.html",
          "metrics.json",
          "trials.csv",
          "best.json",
          "folds.csv",
          "out_of_fold_predictions.csv");
  private final MlflowClient client;
  private final String experimentName;
  private final ExperimentFolder folder;
  private final boolean resumes;
  private final MlflowCalls calls;

  /** Those of the thread which calls. */
  private final Map<Integer, MlflowRun> trials = new TreeMap<>();

  private @Nullable MlflowRun experiment;

  /**
   * Calls nothing before the experiment begins.
   *
   * @param resumes whether earlier MLflow runs of its folders go on
   */
  public MlflowExperimentListener(
      MlflowServer server, ExperimentFolder folder, boolean resumes, Consumer<String> warnings) {
    client = server.client();
    experimentName = server.experiment();
    this.folder = folder;
    this.resumes = resumes;
    calls = new MlflowCalls(warnings, this::end);
  }

  @Override
  public void prepared(PreparedData data, List<Trial> all) {
    calls.add(() -> open(all));
  }

  private void open(List<Trial> all) throws IOException {
    JsonNode asked = Json.parse(folder.asked().orElse("{}"), folder.path());
    MlflowRun parent = open(folder.path(), MlflowParameters.of(asked), Map.of());
    experiment = parent;
    for (Trial trial : all) {
      MlflowRun run =
          open(
              trial.run().path(),
              MlflowParameters.of(RunConfig.of(trial.run()).training()),
              parent.nested());
      run.log(trial.run().history());
      trials.put(trial.number(), run);
    }
  }

  private MlflowRun open(String path, Map<String, String> parameters, Map<String, String> tags)
      throws IOException {
    return MlflowRun.open(client, experimentName, path, resumes, parameters, tags);
  }

  private MlflowRun run(Trial trial) {
    return Objects.requireNonNull(trials.get(trial.number()));
  }

  @Override
  public void epochEnded(Trial trial, EpochRow row) {
    calls.add(() -> run(trial).log(List.of(row)));
  }

  @Override
  public void ended(List<TrialResult> results, Optional<Evaluation> evaluation) {
    calls.add(
        () -> {
          boolean files = true;
          for (TrialResult result : results) {
            MlflowRun run = run(result.trial());
            run.log(result.history());
            run.tag(Map.of("epochflow.status", result.status()));
            files &= run.files(result.trial().run());
            run.end(result.diverged() ? End.FAILED : End.FINISHED);
          }
          MlflowRun all = Objects.requireNonNull(experiment);
          if (evaluation.isPresent()) {
            all.figures(figures(results.get(0)), 0);
          }
          files &= all.upload(folder.path(), FILES);
          all.end(evaluation.isPresent() ? End.FINISHED : End.FAILED);
          if (!files) {
            calls.warnOfFiles();
          }
        });
  }

  /** Those of all folds, or of a tuning's best trial. */
  private JsonNode figures(TrialResult best) throws IOException {
    String file = folder.path() + "/metrics.json";
    Optional<String> text = Storage.textIfExists(file);
    return text.isPresent() ? Json.parse(text.get(), file) : best.trial().run().metrics();
  }

  private void end(End how) throws IOException {
    for (MlflowRun trial : trials.values()) {
      trial.end(how);
    }
    if (experiment != null) {
      experiment.end(how);
    }
  }

  @Override
  public void close() {
    calls.close();
  }
}
