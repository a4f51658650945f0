package org.epochflow.model.optim.schedule;

import java.util.List;
import java.util.stream.Collectors;
import org.epochflow.model.optim.Settings;

/** The schedules there are. */
public final class Schedules {
  /** One line for each, with its default settings. */
  public static final List<Schedule> ALL =
      List.of(
          new Constant(),
          new Exponential(),
          new InverseTime(),
          new Polynomial(),
          new Piecewise(),
          new Cosine(),
          new OneCycle());

  private Schedules() {}

  /** The names of all, as messages list them. */
  public static String names() {
    return ALL.stream().map(Schedule::name).collect(Collectors.joining(", "));
  }

  /** As {@link Schedule#of}. */
  static Schedule read(String text) {
    String ofSteps = OfSteps.NAME + ":";
    return text.startsWith(ofSteps)
        ? new OfSteps(one(text.substring(ofSteps.length())))
        : one(text);
  }

  private static Schedule one(String text) {
    String[] parts = text.split(":", 2);
    for (Schedule schedule : ALL) {
      if (schedule.name().equals(parts[0])) {
        return Settings.read(parts.length < 2 ? "" : parts[1], schedule, parts[0]);
      }
    }
    throw new IllegalArgumentException(
        "Expected a schedule of %s, found %s".formatted(names(), parts[0]));
  }
}
