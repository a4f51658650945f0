package org.epochflow.runners.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.epochflow.model.optim.schedule.Schedule;
import org.epochflow.model.optim.schedule.Schedules;
import org.epochflow.runners.cli.Programs;
import org.junit.jupiter.api.Test;

/** Schedules drawn in a terminal. */
class RateCurveTest {
  @Test
  void aLineFallsFromTheLeftToTheRight() {
    List<String> lines = RateCurve.of(Schedule.of("polynomial"), 20).lines().toList();
    assertEquals("polynomial:decaySteps=0,alpha=0,power=1,cycle=false", lines.get(0));
    assertEquals("  1.000 |***", lines.get(2));
    assertTrue(lines.get(14).startsWith("  0.000 |" + " ".repeat(67) + "***"), lines.get(14));
    int last = 0;
    for (String line : lines.subList(2, 15)) {
      assertTrue(line.lastIndexOf('*') > last, line);
      last = line.lastIndexOf('*');
    }
    assertTrue(lines.get(16).startsWith("         0 "), lines.get(16));
    assertTrue(lines.get(16).endsWith("20 epochs"), lines.get(16));
    assertEquals("     10  0.500000", lines.get(28));
  }

  @Test
  void everyScheduleFitsATerminal() {
    for (Schedule schedule : Schedules.ALL) {
      for (int epochs : new int[] {1, 7, 20, 1000}) {
        List<String> lines = RateCurve.of(schedule, epochs).lines().toList();
        assertTrue(lines.stream().skip(1).allMatch(line -> line.length() <= 80), schedule.name());
        assertTrue(lines.size() <= 40, schedule.name() + " " + lines.size());
      }
    }
  }

  @Test
  void showDrawsIt() {
    Programs.Result shown = Programs.run("show", "--schedule=onecycle", "--epochs=5");
    assertEquals(0, shown.exit(), shown.err());
    assertEquals(RateCurve.of(Schedule.of("onecycle"), 5), shown.out());
    Programs.Result refused = Programs.run("show", "--schedule=onecycle", "--data=x");
    assertEquals(2, refused.exit());
    assertTrue(refused.err().contains("Expected --schedule alone"), refused.err());
  }
}
