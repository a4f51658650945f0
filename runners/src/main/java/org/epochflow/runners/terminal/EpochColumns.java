package org.epochflow.runners.terminal;

import java.util.Locale;
import java.util.Optional;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.EarlyStopping.Monitor;
import org.epochflow.model.train.EpochRow;

/** The figures of epochs as columns, each as wide as its name. */
final class EpochColumns {
  /** The heads of the columns of {@link #figures(EpochRow)}. */
  static final String NAMES = "  loss  accuracy  val_loss  val_accuracy";

  private EpochColumns() {}

  /** The heads of the columns of a training, which has one more where another figure counts. */
  static String names(EarlyStopping stopping) {
    return NAMES + more(stopping).map(figure -> "  " + name(figure, stopping)).orElse("");
  }

  /** The figures of an epoch of a training. */
  static String figures(EpochRow row, EarlyStopping stopping) {
    return figures(row)
        + more(stopping)
            .map(figure -> "  " + aligned(figure.of(row), name(figure, stopping).length()))
            .orElse("");
  }

  private static String aligned(double value, int width) {
    return String.format(Locale.ROOT, "%" + width + ".4f", value);
  }

  /** What is shown besides the four: what is monitored, or else the top-k accuracy. */
  static Optional<Monitor> more(EarlyStopping stopping) {
    return stopping.monitor().needsQuality()
        ? Optional.of(stopping.monitor())
        : Optional.of(Monitor.VAL_TOP_K_ACCURACY).filter(figure -> stopping.topK() != null);
  }

  /** {@code val_f1}; of the top-k accuracy the short {@code val_top5}. */
  private static String name(Monitor figure, EarlyStopping stopping) {
    return figure == Monitor.VAL_TOP_K_ACCURACY
        ? "val_top" + stopping.topK()
        : JsonObject.spell(figure);
  }

  static String figures(EpochRow row) {
    return String.format(
        Locale.ROOT,
        "%6.4f  %8.4f  %8.4f  %12.4f",
        row.loss(),
        row.accuracy(),
        row.valLoss(),
        row.valAccuracy());
  }
}
