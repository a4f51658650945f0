package org.epochflow.runners.option;

import org.epochflow.model.optim.schedule.Schedule;
import picocli.CommandLine.ITypeConverter;

/** Reads a schedule that {@link Rule} has checked, or will refuse. */
public final class ScheduleConverter implements ITypeConverter<Schedule> {
  @Override
  public Schedule convert(String value) {
    return Schedule.of(value);
  }
}
