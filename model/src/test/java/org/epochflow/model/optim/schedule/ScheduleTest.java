package org.epochflow.model.optim.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schedules as functions of the progress, and as text. */
class ScheduleTest {
  private static final List<Schedule> SOME =
      List.of(
          new Exponential(0.5, 2, true),
          new InverseTime(2, 3, true),
          new Polynomial(7, 0.25, 2, true),
          new Piecewise(List.of(0.5, 3.25), List.of(1.5, 1.0, 0.0)),
          new Cosine(1, 0.125, 3, 0.25, 2, 1.5, 0.5),
          new OneCycle(0.25, 10, 100),
          new OfSteps(new Cosine(10, 0, 100, 0, 0, 2, 1)));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "constant                                     | 0    | 10 | 1",
        "constant                                     | 10   | 10 | 1",
        "exponential:decayRate=0.25,decaySteps=2      | 1    | 10 | 0.5",
        "exponential:decayRate=0.25,decaySteps=2,staircase=true | 3.9 | 10 | 0.25",
        "inversetime:decayRate=1                      | 3    | 10 | 0.25",
        "polynomial                                   | 2.5  | 10 | 0.75",
        "polynomial:power=2,alpha=0.5                 | 5    | 10 | 0.625",
        "polynomial:decaySteps=4                      | 9    | 10 | 0",
        "polynomial:decaySteps=4,cycle=true           | 6    | 10 | 0.25",
        "piecewise:boundaries=2/5,values=1/0.5/0.1    | 2    | 10 | 1",
        "piecewise:boundaries=2/5,values=1/0.5/0.1    | 2.01 | 10 | 0.5",
        "piecewise:boundaries=2/5,values=1/0.5/0.1    | 9    | 10 | 0.1",
        "cosine                                       | 0    | 10 | 1",
        "cosine                                       | 5    | 10 | 0.5",
        "cosine                                       | 10   | 10 | 0",
        "cosine:warmup=2                              | 1    | 10 | 0.5",
        "cosine:warmup=2                              | 2    | 10 | 1",
        "cosine:warmup=2                              | 6    | 10 | 0.5",
        "cosine:warmup=2;alpha=0.5                    | 10   | 10 | 0.5",
        "cosine:restarts=1                            | 5    | 15 | 1",
        "cosine:restarts=1                            | 10   | 15 | 0.5",
        "cosine:restarts=1,mMul=0.5                   | 5    | 15 | 0.5",
        "cosine:restarts=1,tMul=1                     | 7.5  | 10 | 0.5",
        "cosine:decaySteps=3                          | 9    | 10 | 0",
        "cosine:warmup=20                             | 10   | 10 | 0.5",
        "onecycle                                     | 0    | 10 | 0.04",
        "onecycle                                     | 3    | 10 | 1",
        "onecycle                                     | 10   | 10 | 0.000004",
        "onecycle:pctStart=0.5,divFactor=2            | 2.5  | 10 | 0.75",
      })
  void theRateIsTheFormula(String text, double progress, int epochs, double expected) {
    assertEquals(expected, Schedule.of(text).at(progress, epochs), 1e-12);
  }

  @Test
  void aTextIsReadAsItIsWritten() {
    for (Schedule schedule : SOME) {
      assertEquals(schedule, Schedule.of(schedule.text()));
    }
    for (Schedule schedule : Schedules.ALL) {
      assertEquals(schedule, Schedule.of(schedule.text()));
      assertEquals(schedule, Schedule.of(schedule.name()));
    }
    assertEquals(
        "cosine:warmup=1,warmupStart=0,decaySteps=0,alpha=0.0001,restarts=0,tMul=2,mMul=1",
        Schedule.of("cosine:warmup=1,alpha=1e-4").text());
    assertEquals("constant", Schedule.of("constant").text());
  }

  /** With all times divided, the same happens that much sooner. */
  @Test
  void timesOverAUnitAreTheSameInOtherUnits() {
    for (Schedule schedule : SOME.subList(0, 5)) {
      for (double progress : new double[] {0, 0.3, 1.1, 2.6, 5.2, 7.7, 30}) {
        double expected = schedule.at(progress, 10);
        assertEquals(expected, schedule.over(4).at(progress / 4, 10), 1e-9, schedule.text());
      }
    }
  }

  @Test
  void ratesAreNeverNegative() {
    for (Schedule schedule : Schedules.ALL) {
      for (double progress = 0; progress <= 20; progress += 0.125) {
        double share = schedule.at(progress, 20);
        assertTrue(share >= 0 && share <= 1, schedule.name() + " " + share);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cos                                | Expected a schedule of constant, exponential, inversetime, polynomial, piecewise, cosine, onecycle, found cos",
        "cosine:warmUp=1                    | Expected settings of cosine (warmup, warmupStart, decaySteps, alpha, restarts, tMul, mMul), found warmUp",
        "cosine:warmup=1,warmup=2           | Expected warmup of cosine once, found it twice",
        "cosine:warmup=x                    | Expected warmup=a number, found 'x'",
        "cosine:warmup                      | Expected warmup=a number, found ''",
        "cosine:warmup=NaN                  | Expected warmup=a number, found 'NaN'",
        "cosine:restarts=1.5                | Expected restarts=a whole number, found '1.5'",
        "cosine:restarts=-1                 | Expected restarts at least 0.0, below 10001.0, found -1",
        "cosine:tMul=0.5                    | Expected tMul at least 1.0, found 0.5",
        "exponential:staircase=yes          | Expected staircase=true or staircase=false, found 'yes'",
        "exponential:decaySteps=0           | Expected decaySteps above 0.0, found 0.0",
        "piecewise:values=1/0.5/0.1         | Expected one value more than boundaries, found values [1.0, 0.5, 0.1] with boundaries [10.0]",
        "piecewise:boundaries=2/1,values=1/1/1 | Expected boundaries above 0, each above the one before, found [2.0, 1.0]",
        "piecewise:values=1/-1              | Expected values of 0 or more, found [1.0, -1.0]",
        "piecewise:values=1/a               | Expected values=numbers with / between them, found '1/a'",
        "constant:alpha=1                   | Expected settings of constant (none), found alpha",
        "steps:steps:constant               | Expected a schedule of constant, exponential, inversetime, polynomial, piecewise, cosine, onecycle, found steps",
      })
  void aFaultIsNamed(String text, String message) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> Schedule.of(text));
    assertEquals(message, e.getMessage());
  }
}
