package org.epochflow.model.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.OptBoolean;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.epochflow.model.metric.Quality;
import org.jspecify.annotations.Nullable;

/**
 * When training stops before its last epoch, as Keras's EarlyStopping: after {@code patience}
 * epochs in a row without an improvement of the monitor by more than {@code minDelta}.
 *
 * @param enabled whether it may stop at all; the monitor decides which model is the best in any
 *     case
 * @param patience 0 means the same as 1: the first epoch without an improvement stops the training
 * @param topK the {@code k} of the top-k accuracy; null where it is not asked for
 */
public record EarlyStopping(
    @JsonProperty("earlyStopping") boolean enabled,
    Monitor monitor,
    double minDelta,
    int patience,
    @JsonProperty(isRequired = OptBoolean.FALSE) @JsonInclude(Include.NON_NULL)
        @Nullable Integer topK)
    implements Serializable {
  public static final int DEFAULT_PATIENCE = 5;

  /** Keras's, where the top-k accuracy is monitored and nobody says a {@code k}. */
  public static final int DEFAULT_TOP_K = 5;

  /** Where no top-k accuracy is asked for. */
  public EarlyStopping(boolean enabled, Monitor monitor, double minDelta, int patience) {
    this(enabled, monitor, minDelta, patience, null);
  }

  /** Whether an epoch's figures include those that need a {@link Quality}. */
  public boolean needsQuality() {
    return topK != null || monitor.needsQuality();
  }

  /** Whether {@code waited} epochs without an improvement are enough. */
  boolean stopsAfter(int waited) {
    return enabled && waited > 0 && waited >= patience;
  }

  /**
   * The figure that decides whether an epoch is better than another: {@code val_f1} is the macro
   * mean over the classes, {@code val_ece} the expected calibration error.
   */
  public enum Monitor {
    VAL_LOSS,
    VAL_ACCURACY,
    VAL_TOP_K_ACCURACY,
    VAL_F1,
    VAL_ECE;

    /** The figure of an epoch; NaN where it was not asked for. */
    public double of(EpochRow row) {
      @Nullable Double figure = find(row);
      return figure == null ? Double.NaN : figure;
    }

    private boolean isKnown(EpochRow row) {
      return find(row) != null;
    }

    private @Nullable Double find(EpochRow row) {
      return switch (this) {
        case VAL_LOSS -> row.valLoss();
        case VAL_ACCURACY -> row.valAccuracy();
        case VAL_TOP_K_ACCURACY -> row.valTopKAccuracy();
        case VAL_F1 -> row.valF1();
        case VAL_ECE -> row.valEce();
      };
    }

    /** Whether a lower figure is the better one. */
    public boolean lowerIsBetter() {
      return this == VAL_LOSS || this == VAL_ECE;
    }

    /** The figures of a {@link Quality} that some of these epochs have. */
    public static List<Monitor> ofQuality(Collection<EpochRow> rows) {
      return Arrays.stream(values())
          .filter(figure -> figure.needsQuality() && rows.stream().anyMatch(figure::isKnown))
          .toList();
    }

    /** Whether it is a figure of a {@link Quality}, not of a tally. */
    public boolean needsQuality() {
      return this != VAL_LOSS && this != VAL_ACCURACY;
    }

    /**
     * Whether {@code value} is strictly better than {@code best} by more than {@code delta}. NaN
     * and infinity never are; the first finite value, when {@code best} is NaN, always is.
     */
    public boolean improves(double value, double best, double delta) {
      if (!Double.isFinite(value)) {
        return false;
      }
      return Double.isNaN(best) || (lowerIsBetter() ? value < best - delta : value > best + delta);
    }
  }

  public EarlyStopping {
    Require.atLeast("minDelta", 0, minDelta);
    Require.atLeast("patience", 0, patience);
    if (topK != null) {
      Require.atLeast("topK", 1, topK);
    } else if (monitor == Monitor.VAL_TOP_K_ACCURACY) {
      throw new IllegalArgumentException("Expected topK for val_top_k_accuracy, found none");
    }
  }
}
