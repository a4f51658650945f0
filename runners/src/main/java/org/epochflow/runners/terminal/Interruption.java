package org.epochflow.runners.terminal;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.experiment.Trial;
import org.epochflow.pipeline.experiment.TrialListener;
import org.epochflow.pipeline.run.TrainingListener;
import org.jspecify.annotations.Nullable;

/**
 * What Ctrl-C (or a kill that can be heard) says: what is saved, and how to continue.
 *
 * <p>Nothing needs undoing: a checkpoint is whole or not there. The listener's calls come from the
 * training's threads, {@link #message} from the virtual machine's.
 */
public final class Interruption implements TrainingListener, TrialListener, AutoCloseable {
  private final Thread hook;
  private final String output;
  private final String again;
  private final String further;
  private volatile @Nullable TrainingState saved;
  private volatile boolean trialSaved;

  /**
   * @param again the command that begins it again
   * @param further the command that continues it
   */
  private Interruption(
      String output, String again, String further, Runnable before, PrintStream err) {
    this.output = output;
    this.again = again;
    this.further = further;
    this.hook =
        new Thread(
            () -> {
              before.run();
              err.println(message());
              err.flush();
            },
            "interruption");
  }

  /**
   * Watches until it is closed.
   *
   * @param verb what is done
   * @param typed what began the training, which begins it again while there is no run yet
   * @param before clears the terminal for the message
   */
  public static Interruption watch(
      String verb, String output, List<String> typed, Runnable before, PrintStream err) {
    List<String> ofRun = List.of("--resume", "--output=" + output);
    List<String> words =
        Stream.concat(typed.stream().filter(word -> !isOfRun(word)), ofRun.stream()).toList();
    return new Interruption(
            output, Shell.command(verb, words), Shell.command(verb, ofRun), before, err)
        .hooked();
  }

  /** The same of a retraining, which continues when it is called again. */
  public static Interruption watchRetraining(
      String registry, List<String> typed, Runnable before, PrintStream err) {
    String same = Shell.command("retrain", typed);
    return new Interruption(registry, same, same, before, err).hooked();
  }

  private Interruption hooked() {
    Runtime.getRuntime().addShutdownHook(hook);
    return this;
  }

  @Override
  public void epochBegan(TrainingState state) {
    if (saved == null) {
      saved = state;
    }
  }

  @Override
  public void epochSaved(TrainingState state) {
    saved = state;
  }

  @Override
  public void epochEnded(Trial trial, EpochRow row) {
    trialSaved = true;
  }

  String message() {
    TrainingState state = saved;
    if (trialSaved) {
      return "\nInterrupted. What is trained is saved in %s. Continue with\n  %s"
          .formatted(output, further);
    } else if (state == null) {
      return "\nInterrupted before the first epoch: nothing new is saved. Begin again with\n  "
          + again;
    } else if (state.epoch() == 0) {
      return "\nInterrupted in the first epoch: no epoch is saved. Continue with\n  " + further;
    }
    String best =
        state.bestEpoch() < 0 ? "" : ", the best model is of epoch " + (state.bestEpoch() + 1);
    return String.format(
        Locale.ROOT,
        "\nInterrupted. Saved in %s: %d of %d epochs%s. Continue with\n  %s",
        output,
        state.epoch(),
        state.config().epochs(),
        best,
        further);
  }

  private static boolean isOfRun(String word) {
    return word.matches("--(resume|output)(=.*)?");
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The virtual machine is going down: the hook runs, as it should.
    }
  }
}
