package org.epochflow.model.train;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import org.epochflow.model.optim.Setting;
import org.epochflow.model.optim.Settings;
import org.epochflow.model.train.EarlyStopping.Monitor;

/**
 * Keras's ReduceLROnPlateau: all rates are multiplied by {@code factor} after {@code patience}
 * epochs in a row without an improvement of the monitor by more than {@code minDelta}. After that
 * no epoch counts for {@code cooldown} epochs. The peak rate never falls below {@code minRate}.
 */
public record ReduceOnPlateau(
    @Setting(value = "What the rate is multiplied by", above = 0, below = 1) double factor,
    @Setting(value = "The epochs without an improvement after which it is", atLeast = 0)
        int patience,
    @Setting(value = "The smallest change that is an improvement", atLeast = 0) double minDelta,
    @Setting(value = "The epochs after that which do not count", atLeast = 0) int cooldown,
    @Setting(value = "The lowest peak rate", atLeast = 0) double minRate)
    implements Serializable {
  private static final String NAME = "reduceOnPlateau";

  /** With Keras's settings. */
  public ReduceOnPlateau() {
    this(0.1, 10, 1e-4, 0, 0);
  }

  /**
   * What it remembers from epoch to epoch.
   *
   * @param best the monitor's best; NaN before the first finite one
   * @param waited the epochs since then that count
   * @param cooling how many epochs do not count yet
   * @param factor what all rates are multiplied by
   */
  public record Progress(double best, int waited, int cooling, double factor) {
    static final Progress BEGIN = new Progress(Double.NaN, 0, 0, 1);
  }

  /**
   * Reads {@code factor=0.5,patience=3}: the settings that differ from Keras's.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static ReduceOnPlateau of(String text) {
    return Settings.read(text, new ReduceOnPlateau(), NAME);
  }

  /** All settings, as {@link #of} reads them. */
  @JsonValue
  public String text() {
    return Settings.text(this);
  }

  /**
   * What it remembers after one more epoch.
   *
   * @param value of the monitor in that epoch; one that is not finite is no improvement
   * @param peak the peak rate that was not yet reduced
   */
  Progress after(Progress before, double value, Monitor monitor, double peak) {
    int cooling = Math.max(0, before.cooling - 1);
    int waited = before.cooling > 0 ? 0 : before.waited;
    if (monitor.improves(value, before.best, minDelta)) {
      return new Progress(value, 0, cooling, before.factor);
    } else if (cooling > 0) {
      return new Progress(before.best, waited, cooling, before.factor);
    }
    waited++;
    double least = minRate / peak;
    if (waited < patience || before.factor <= least) {
      return new Progress(before.best, waited, cooling, before.factor);
    }
    return new Progress(before.best, 0, cooldown, Math.max(before.factor * factor, least));
  }
}
