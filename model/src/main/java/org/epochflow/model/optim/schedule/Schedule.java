package org.epochflow.model.optim.schedule;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import org.epochflow.model.optim.Settings;

/**
 * How the learning rate changes over a training, as a function of its progress: an immutable record
 * of settings. Times are in epochs, and rates are shares of the peak rate. Where Keras has such a
 * schedule, names and formulas are Keras's.
 *
 * <pre>{@code
 * Schedule schedule = Schedule.of("cosine:warmup=1");
 * double share = schedule.at(10.5, 20); // 0.5 at the middle of the fall
 * }</pre>
 */
public interface Schedule extends Serializable {
  /** What the command line and files call it. */
  String name();

  /**
   * The rate as a share of the peak.
   *
   * @param progress epochs done, 0 or more
   * @param epochs the most epochs of the training
   */
  double at(double progress, int epochs);

  /** The same with all its times divided by {@code unit}. */
  Schedule over(double unit);

  /** The name and all settings, as {@link #of} reads them; the same schedule is the same text. */
  @JsonValue
  default String text() {
    String settings = Settings.text(this);
    return settings.isEmpty() ? name() : name() + ":" + settings;
  }

  /**
   * Reads {@code cosine:warmup=1,restarts=2}: a name, and the settings that differ from the
   * schedule's defaults.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Schedule of(String text) {
    return Schedules.read(text);
  }
}
