package org.epochflow.runners.mlflow;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.data.DataSummary;
import org.epochflow.pipeline.run.TrainingListener;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.runners.mlflow.MlflowCalls.End;
import org.jspecify.annotations.Nullable;

/** Tracks a run on an MLflow server while it trains, by {@link MlflowCalls}. */
public final class MlflowListener implements TrainingListener, AutoCloseable {
  private final MlflowServer server;
  private final RunFolder folder;
  private final boolean resumes;
  private final MlflowCalls calls;

  /** That of the thread which calls. */
  private @Nullable MlflowRun run;

  /**
   * Calls nothing before the run begins.
   *
   * @param resumes whether an earlier MLflow run of the folder goes on
   */
  public MlflowListener(
      MlflowServer server, RunFolder folder, boolean resumes, Consumer<String> warnings) {
    this.server = server;
    this.folder = folder;
    this.resumes = resumes;
    calls = new MlflowCalls(warnings, this::end);
  }

  @Override
  public void began(TrainingState state, DataSummary data) {
    epochEnded(state);
  }

  @Override
  public void epochEnded(TrainingState state) {
    TrainingConfig config = state.config(); // a state also has parameters, which need not wait
    List<EpochRow> history = state.history();
    calls.add(() -> run(config).log(history));
  }

  private MlflowRun run(TrainingConfig config) throws IOException {
    MlflowRun known = run;
    if (known == null) {
      known =
          MlflowRun.open(
              server.client(),
              server.experiment(),
              folder.path(),
              resumes,
              MlflowParameters.of(config),
              Map.of());
      run = known;
    }
    return known;
  }

  /**
   * Logs what is in the folder of the run, which has ended.
   *
   * @param tags further tags of the MLflow run
   * @param finished whether it ended as it should
   * @param champion whether its model is now the champion
   */
  public void ended(Map<String, String> tags, boolean finished, boolean champion) {
    calls.add(
        () -> {
          TrainingState state = folder.latest();
          MlflowRun mlflow = run(state.config());
          mlflow.log(state.history());
          mlflow.tag(tags);
          if (!mlflow.files(folder)) {
            calls.warnOfFiles();
          } else if (champion) {
            mlflow.registerChampion(server.model(), tags);
          }
          mlflow.end(finished ? End.FINISHED : End.FAILED);
        });
  }

  private void end(End how) throws IOException {
    if (run != null) {
      run.end(how);
    }
  }

  @Override
  public void close() {
    calls.close();
  }
}
