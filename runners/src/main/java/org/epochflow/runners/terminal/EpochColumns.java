package org.epochflow.runners.terminal;

import java.util.Locale;
import org.epochflow.model.train.EpochRow;

/** The figures of epochs as columns, each as wide as its name. */
final class EpochColumns {
  /** The heads of the columns of {@link #figures}. */
  static final String NAMES = "  loss  accuracy  val_loss  val_accuracy";

  private EpochColumns() {}

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
