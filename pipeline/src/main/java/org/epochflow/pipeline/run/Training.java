package org.epochflow.pipeline.run;

import java.io.IOException;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.store.RunFolder;

/** The loop of a training, the only one: epoch after epoch until the state says stop. */
public final class Training {
  private Training() {}

  /** Goes on from a state until it stops, saving each epoch while the next one trains. */
  public static TrainingState run(
      TrainingState state, RunFolder folder, Epochs epochs, Listeners<TrainingListener> listeners)
      throws IOException {
    return run(state, Integer.MAX_VALUE, folder, epochs, listeners);
  }

  /**
   * The same, but pauses after a number of epochs. A paused training continues later with the same
   * bits.
   *
   * @param folder has {@code state} already
   */
  public static TrainingState run(
      TrainingState state,
      int until,
      RunFolder folder,
      Epochs epochs,
      Listeners<TrainingListener> listeners)
      throws IOException {
    try (Saving saving = new Saving(folder, listeners)) {
      while (!state.stopped() && state.epoch() < until) {
        TrainingState before = state;
        listeners.tell(listener -> listener.epochBegan(before));
        TrainingState after =
            before.next(
                epochs.run(
                    before, (examples, of) -> listeners.tell(l -> l.progressed(examples, of))));
        saving.begin(after);
        listeners.tell(listener -> listener.epochEnded(after));
        state = after;
      }
    }
    return state;
  }
}
