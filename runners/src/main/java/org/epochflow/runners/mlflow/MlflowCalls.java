package org.epochflow.runners.mlflow;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Calls of an MLflow server, one after the other. A thread of its own makes them, so that a slow
 * server delays nothing but the end, and that by a minute at most. After the first call that fails
 * it says why, once, and makes no more: neither result nor exit code depend on it.
 */
final class MlflowCalls implements AutoCloseable {
  private static final long LONGEST_END_SECONDS = 60;
  private static final long LONGEST_INTERRUPTION_SECONDS = 3;
  private final Consumer<String> warnings;
  private final Ending ending;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "mlflow");
            thread.setDaemon(true);
            return thread;
          });

  /** Runs if the program is interrupted before this is closed. */
  private final Thread interruption = new Thread(this::interrupted, "mlflow-interruption");

  /** The thread's own. */
  private boolean failed;

  /** How a run ended, as MLflow calls it. */
  enum End {
    FINISHED,
    FAILED,
    KILLED
  }

  /** Calls the server. */
  @FunctionalInterface
  interface Call {
    void make() throws IOException;
  }

  /** Ends the runs that have not ended. */
  @FunctionalInterface
  interface Ending {
    void end(End how) throws IOException;
  }

  MlflowCalls(Consumer<String> warnings, Ending ending) {
    this.warnings = warnings;
    this.ending = ending;
    Runtime.getRuntime().addShutdownHook(interruption);
  }

  /** Makes a call, after those before it. */
  void add(Call call) {
    thread.execute(
        () -> {
          if (!failed) {
            make(call);
          }
        });
  }

  private void make(Call call) {
    try {
      call.make();
    } catch (IOException | RuntimeException e) {
      failed = true;
      warnings.accept("MLflow has not all of the run: " + e.getMessage());
    }
  }

  /** Says that the server takes no files. */
  void warnOfFiles() {
    warnings.accept(
        "MLflow has no files of the run: its server leaves them to the clients; mlflow server"
            + " --serve-artifacts takes them");
  }

  /** Waits for the calls. A run that has not ended by now has failed. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(interruption);
    } catch (IllegalStateException e) {
      return; // The virtual machine is going down: the hook ends the runs.
    }
    end(End.FAILED, LONGEST_END_SECONDS);
  }

  private void interrupted() {
    end(End.KILLED, LONGEST_INTERRUPTION_SECONDS);
  }

  private void end(End how, long longestSeconds) {
    add(() -> ending.end(how));
    thread.shutdown();
    try {
      if (!thread.awaitTermination(longestSeconds, TimeUnit.SECONDS)) {
        warnings.accept("MLflow has not all of the run: its server takes too long");
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
