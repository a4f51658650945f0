package org.epochflow.runners.mlflow;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.TrainingConfig;
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
  private static final long LONGEST_INTERRUPTION_SECONDS = 3;
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

  /** Runs if the program is interrupted before the listener is closed. */
  private final Thread interruption = new Thread(this::interrupted, "mlflow-interruption");

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
    Runtime.getRuntime().addShutdownHook(interruption);
  }

  /** How a run ended. */
  public enum End {
    FINISHED,
    FAILED,
    KILLED
  }

  /** Calls the server. */
  @FunctionalInterface
  private interface Call {
    void run(MlflowRun run) throws IOException;
  }

  /** What there is to log; a state also has the parameters, which need not wait with it. */
  private record Progress(TrainingConfig config, List<EpochRow> history) {
    static Progress of(TrainingState state) {
      return new Progress(state.config(), state.history());
    }
  }

  /** Looks where the run is. */
  @FunctionalInterface
  private interface Look {
    Progress progress() throws IOException;
  }

  private void call(Look look, Call call) {
    calls.execute(() -> now(look, call));
  }

  private void now(Look look, Call call) {
    if (failed) {
      return;
    }
    try {
      Progress progress = look.progress();
      MlflowRun opened = run;
      if (opened == null) {
        opened =
            MlflowRun.open(
                server.client(), server.experiment(), folder.path(), resumes, progress.config());
        run = opened;
        logged = resumes ? opened.epochs() : 0;
      }
      log(progress.history(), opened);
      call.run(opened);
    } catch (IOException | RuntimeException e) {
      failed = true;
      warnings.accept("MLflow has not all of the run: " + e.getMessage());
    }
  }

  @Override
  public void began(TrainingState state, DataSummary data) {
    epochEnded(state);
  }

  @Override
  public void epochEnded(TrainingState state) {
    Progress progress = Progress.of(state);
    call(() -> progress, mlflow -> {});
  }

  private void log(List<EpochRow> history, MlflowRun mlflow) throws IOException {
    for (EpochRow row : history.subList(Math.min(logged, history.size()), history.size())) {
      mlflow.epoch(row);
      logged = row.epoch() + 1;
    }
  }

  /**
   * Logs what is in the folder of the run, which has ended.
   *
   * @param tags further tags of the MLflow run
   * @param how as MLflow calls it
   * @param champion whether its model is now the champion
   */
  public void ended(Map<String, String> tags, End how, boolean champion) {
    call(
        () -> Progress.of(folder.latest()),
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
          mlflow.end(how);
          ended = true;
        });
  }

  /** Waits for the calls. A run that has not ended by now has failed. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(interruption);
    } catch (IllegalStateException e) {
      return; // The virtual machine is going down: the hook ends the run.
    }
    end(End.FAILED, LONGEST_END_SECONDS);
  }

  private void interrupted() {
    end(End.KILLED, LONGEST_INTERRUPTION_SECONDS);
  }

  /** Ends a run that has not ended. */
  private void end(End how, long longestSeconds) {
    calls.execute(
        () -> {
          if (run != null && !ended && !failed) {
            try {
              run.end(how);
            } catch (IOException e) {
              warnings.accept("MLflow has not all of the run: " + e.getMessage());
            }
          }
        });
    calls.shutdown();
    try {
      if (!calls.awaitTermination(longestSeconds, TimeUnit.SECONDS)) {
        warnings.accept("MLflow has not all of the run: its server takes too long");
        calls.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
