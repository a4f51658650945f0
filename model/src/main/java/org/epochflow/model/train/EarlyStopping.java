package org.epochflow.model.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;

/**
 * When training stops before its last epoch, as Keras's EarlyStopping: after {@code patience}
 * epochs in a row without an improvement of the monitor by more than {@code minDelta}.
 *
 * @param enabled whether it may stop at all; the monitor decides which model is the best in any
 *     case
 * @param patience 0 means the same as 1: the first epoch without an improvement stops the training
 */
public record EarlyStopping(
    @JsonProperty("earlyStopping") boolean enabled, Monitor monitor, double minDelta, int patience)
    implements Serializable {
  public static final int DEFAULT_PATIENCE = 5;

  /** Whether {@code waited} epochs without an improvement are enough. */
  boolean stopsAfter(int waited) {
    return enabled && waited > 0 && waited >= patience;
  }

  /** The figure that decides whether an epoch is better than another. */
  public enum Monitor {
    VAL_LOSS,
    VAL_ACCURACY;

    public double of(EpochRow row) {
      return this == VAL_LOSS ? row.valLoss() : row.valAccuracy();
    }

    /**
     * Whether {@code value} is strictly better than {@code best} by more than {@code delta}. NaN
     * and infinity never are; the first finite value, when {@code best} is NaN, always is.
     */
    public boolean improves(double value, double best, double delta) {
      if (!Double.isFinite(value)) {
        return false;
      }
      return Double.isNaN(best) || (this == VAL_LOSS ? value < best - delta : value > best + delta);
    }
  }

  public EarlyStopping {
    Require.atLeast("minDelta", 0, minDelta);
    Require.atLeast("patience", 0, patience);
  }
}
