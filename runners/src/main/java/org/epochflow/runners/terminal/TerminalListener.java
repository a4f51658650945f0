package org.epochflow.runners.terminal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.StopReason;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.data.DataSummary;
import org.epochflow.pipeline.run.TrainingListener;
import org.jspecify.annotations.Nullable;

/**
 * Prints a training as Keras does: the shapes of the data, the summary, and a line for each epoch.
 * No line is wider than 80 columns. A live terminal also gets a progress bar; other output has no
 * control characters.
 *
 * <p>Thread safe: a shutdown hook may call {@link #close}.
 */
public final class TerminalListener implements TrainingListener, AutoCloseable {
  private final PrintStream out;
  private final boolean live;
  private @Nullable Bar bar;
  private long trainExamples = -1;
  private boolean closed;

  public TerminalListener(PrintStream out, boolean live) {
    this.out = out;
    this.live = live;
  }

  @Override
  public synchronized void began(TrainingState state, DataSummary data) {
    trainExamples = data.trainExamples();
    out.println(shapes("train", data.trainExamples(), data));
    out.println(shapes("validation", data.validationExamples(), data));
    out.println(shapes("test", data.testExamples(), data));
    out.printf(
        Locale.ROOT,
        "Pixels / 255: mean %.4f, deviation %.4f%n",
        data.pixelMean(),
        data.pixelDeviation());
    if (data.rejected() > 0) {
      out.printf(Locale.ROOT, "%,d records were left out%n", data.rejected());
    }
    out.println();
    out.println(ModelSummary.of(state.config().architecture()));
    if (state.epoch() > 0) {
      out.printf(
          Locale.ROOT, "Resuming after epoch %d/%d%n%n", state.epoch(), state.config().epochs());
    }
    out.println(line(state, "epoch", "seconds", EpochColumns.names(state.config().stopping())));
  }

  private static String line(TrainingState state, String epoch, String seconds, String figures) {
    int total = state.config().epochs();
    int width = Math.max("epoch".length(), (total + "/" + total).length());
    return " ".repeat(width - epoch.length()) + "%s  %7s  %s".formatted(epoch, seconds, figures);
  }

  @Override
  public synchronized void setAside(List<String> damaged) {
    for (String file : damaged) {
      out.println("A checkpoint was damaged; it is now " + file);
    }
    out.println();
  }

  @Override
  public synchronized void epochBegan(TrainingState state) {
    if (live && !closed) {
      String title =
          String.format(Locale.ROOT, "Epoch %d/%d", state.epoch() + 1, state.config().epochs());
      bar = new Bar(title, trainExamples, out);
    }
  }

  @Override
  public synchronized void taskBegan(String task) {
    if (!live) {
      out.println(task + " ...");
    } else if (!closed) {
      bar = new Bar(task, 0, out);
    }
  }

  @Override
  public synchronized void taskEnded() {
    closeBar();
  }

  @Override
  public synchronized void progressed(long images, long ofImages) {
    if (bar != null) {
      bar.at(images, ofImages);
    }
  }

  @Override
  public synchronized void epochEnded(TrainingState state) {
    closeBar();
    EpochRow row = state.history().get(state.epoch() - 1);
    String epoch = state.epoch() + "/" + state.config().epochs();
    out.println(
        line(
            state,
            epoch,
            String.format(Locale.ROOT, "%.1f", row.seconds()),
            EpochColumns.figures(row, state.config().stopping())
                + (state.lastIsBest() ? best(state) : "")));
    if (state.stopped() && !state.stopReason().equals(Optional.of(StopReason.NOT_FINITE))) {
      // A loss that is no longer finite is a failure, which the caller reports.
      out.println(Figures.wrapped(explained(state)));
    }
  }

  /** Marks the best epoch, in the room that is left in a line. */
  private static String best(TrainingState state) {
    boolean wide = EpochColumns.more(state.config().stopping()).isPresent();
    return wide ? "  best" : "  saved as best";
  }

  /** Removes the progress bar for good. */
  @Override
  public synchronized void close() {
    closed = true;
    closeBar();
  }

  private void closeBar() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  /** Says why a training stopped, and which model is the best. */
  public static String explained(TrainingState state) {
    String best =
        state.bestEpoch() < 0
            ? "there is no best model"
            : "the best model is from epoch " + (state.bestEpoch() + 1);
    String why =
        switch (state.stopReason().orElseThrow()) {
          case EPOCHS -> "Done";
          case PATIENCE ->
              String.format(
                  Locale.ROOT,
                  "Stopped early: %s did not improve for %d %s (--patience)",
                  JsonObject.spell(state.config().stopping().monitor()),
                  state.config().stopping().patience(),
                  state.config().stopping().patience() == 1 ? "epoch" : "epochs");
          case NOT_FINITE -> "Stopped: the loss is no longer finite; try a lower --learningRate";
        };
    return why + "; " + best;
  }

  /** {@code X_train: (48000, 28, 28) y_train: (48000, 10)}. */
  private static String shapes(String part, long examples, DataSummary data) {
    Shape image = data.image();
    List<Object> dimensions = new ArrayList<>(List.of(examples));
    dimensions.addAll(image.dimensions());
    String x = dimensions.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "X_%s: (%s)  y_%s: (%d, %d)",
        part,
        x,
        part,
        examples,
        data.trainPerClass().size());
  }
}
