package org.epochflow.pipeline.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.store.RunFolder;

/**
 * Saves a training's epochs, one after the other, on a thread of its own while the next epoch
 * trains. No more than one epoch waits to be saved. A kill may cost this epoch; it then trains
 * again, to the same bits.
 */
final class Saving implements AutoCloseable {
  private final RunFolder folder;
  private final Listeners<TrainingListener> listeners;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "epochflow-saving");
            thread.setDaemon(true);
            return thread;
          });
  private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

  Saving(RunFolder folder, Listeners<TrainingListener> listeners) {
    this.folder = folder;
    this.listeners = listeners;
  }

  /**
   * Begins to save an epoch, when the one before is saved.
   *
   * @throws IOException if that one could not be saved
   */
  void begin(TrainingState state) throws IOException {
    await();
    last = CompletableFuture.runAsync(() -> save(state), thread);
  }

  private void save(TrainingState state) {
    try {
      folder.commit(state);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    listeners.tell(listener -> listener.epochSaved(state));
  }

  /**
   * Returns when all that began is saved.
   *
   * @throws IOException if it could not be saved
   */
  void await() throws IOException {
    try {
      last.join();
    } catch (CompletionException e) {
      last = CompletableFuture.completedFuture(null);
      if (e.getCause() instanceof UncheckedIOException io) {
        throw io.getCause();
      } else if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  /** Returns when all that began is saved, also where training failed. */
  @Override
  public void close() throws IOException {
    try {
      await();
    } finally {
      thread.shutdown();
    }
  }
}
