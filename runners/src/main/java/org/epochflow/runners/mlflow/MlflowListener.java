package org.epochflow.runners.mlflow;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.data.DataSummary;
import org.epochflow.pipeline.run.TrainingListener;
import org.epochflow.pipeline.store.RunFolder;
import org.jspecify.annotations.Nullable;

/**
 * Tracks a run on an MLflow server while it trains. A thread of its own calls the server, so that a
 * slow one delays nothing but the end, and that by a minute at most. After the first call that
 * fails it says why, once, and calls no more: neither result nor exit code depend on it.
 */
public final class MlflowListener implements TrainingListener, AutoCloseable {
  private static final long LONGEST_END_SECONDS = 60;
  private final MlflowServer server;
  private final RunFolder folder;
  private final boolean resumes;
  private final Consumer<String> warnings;
  private final ExecutorService calls =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "mlflow");
            thread.setDaemon(true);
            return thread;
          });

  /** The thread's own, as all below. */
  private @Nullable MlflowRun run;

  private boolean failed;
  private boolean ended;
  private int logged;

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
    this.warnings = warnings;
  }

  /** Calls the server. */
  @FunctionalInterface
  private interface Call {
    void run(MlflowRun run) throws IOException;
  }

  /** Where the run is. */
  @FunctionalInterface
  private interface Progress {
    TrainingState state() throws IOException;
  }

  private void call(Progress progress, Call call) {
    calls.execute(() -> now(progress, call));
  }

  private void now(Progress progress, Call call) {
    if (failed) {
      return;
    }
    try {
      TrainingState state = progress.state();
      MlflowRun opened = run;
      if (opened == null) {
        opened =
            MlflowRun.open(
                server.client(), server.experiment(), folder.path(), resumes, state.config());
        run = opened;
        logged = resumes ? opened.epochs() : 0;
      }
      log(state, opened);
      call.run(opened);
    } catch (IOException | RuntimeException e) {
      failed = true;
      warnings.accept("MLflow has not all of the run: " + e.getMessage());
    }
  }

  @Override
  public void began(TrainingState state, DataSummary data) {
    call(() -> state, mlflow -> {});
  }

  @Override
  public void epochEnded(TrainingState state) {
    call(() -> state, mlflow -> {});
  }

  private void log(TrainingState state, MlflowRun mlflow) throws IOException {
    for (EpochRow row : state.history().subList(Math.min(logged, state.epoch()), state.epoch())) {
      mlflow.epoch(row);
      logged = row.epoch() + 1;
    }
  }

  /**
   * Logs what is in the folder of the run, which has ended.
   *
   * @param tags further tags of the MLflow run
   * @param champion whether its model is now the champion
   */
  public void ended(Map<String, String> tags, boolean champion) {
    call(
        folder::latest,
        mlflow -> {
          mlflow.tag(tags);
          boolean files = mlflow.files(folder);
          if (!files) {
            warnings.accept(
                "MLflow has no files of the run: its server leaves them to the clients; mlflow server"
                    + " --serve-artifacts takes them");
          } else if (champion) {
            mlflow.registerChampion(server.model(), tags);
          }
          mlflow.end("FINISHED");
          ended = true;
        });
  }

  /** Waits for the calls. A run that has not ended by now has failed. */
  @Override
  public void close() {
    calls.execute(
        () -> {
          if (run != null && !ended && !failed) {
            try {
              run.end("FAILED");
            } catch (IOException e) {
              warnings.accept("MLflow has not all of the run: " + e.getMessage());
            }
          }
        });
    calls.shutdown();
    try {
      if (!calls.awaitTermination(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
        warnings.accept("MLflow has not all of the run: its server takes too long");
        calls.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
