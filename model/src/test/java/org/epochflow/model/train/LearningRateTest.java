package org.epochflow.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.epochflow.model.optim.schedule.Constant;
import org.epochflow.model.optim.schedule.Schedule;
import org.epochflow.model.train.LearningRate.Scaling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schedule at its corners, in units of the base rate. */
class LearningRateTest {
  /** In units of the base rate. */
  private static double at(
      double progress, Scaling scaling, double warmup, int replicas, int epochs) {
    LearningRate rate = new LearningRate(0.002, scaling, warmup, 0.01);
    return rate.at(progress, Configs.of(rate, replicas, epochs)) / 0.002;
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "0.25, 1.75",
    "0.5, 2.5",
    "1, 4",
    "1.001, 4",
    "5, 4",
    "8, 4",
    "8.5, 3",
    "9, 2",
    "9.9, 0.2",
    "10, 0"
  })
  void fourReplicasWarmUpHoldAndFallOverTheLastFifth(double progress, double expected) {
    assertEquals(expected, at(progress, Scaling.LINEAR, 1, 4, 10), 1e-12);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1, 5, 9.5, 10})
  void oneReplicaHasTheConstantRateOfKeras(double progress) {
    assertEquals(1, at(progress, Scaling.LINEAR, 1, 1, 10));
    assertEquals(1, at(progress, Scaling.SQRT, 0, 1, 10));
    assertEquals(1, at(progress, Scaling.NONE, 1, 8, 10));
  }

  @Test
  void thePeakIsTheScaling() {
    assertEquals(8, at(5, Scaling.LINEAR, 1, 8, 10), 1e-12);
    assertEquals(3, at(5, Scaling.SQRT, 1, 9, 10), 1e-12);
    assertEquals(3, at(5, Scaling.CAPPED, 1, 3, 10), 1e-12);
    assertEquals(4, at(5, Scaling.CAPPED, 1, 8, 10), 1e-12);
  }

  @Test
  void withoutWarmUpThePeakIsThereAtOnce() {
    assertEquals(4, at(0, Scaling.LINEAR, 0, 4, 10), 1e-12);
    assertEquals(0, at(10, Scaling.LINEAR, 0, 4, 10), 1e-12);
  }

  /** Warm-up and decay overlap: the lower of both holds. */
  @ParameterizedTest
  @CsvSource({"0, 1", "0.4, 1.4", "0.8, 1.8", "0.9, 1", "1, 0"})
  void aSingleEpochRisesAndFalls(double progress, double expected) {
    assertEquals(expected, at(progress, Scaling.LINEAR, 1, 2, 1), 1e-12);
  }

  /** It rises until the fall to zero over the last 0.4 epochs is lower. */
  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1.3", "1.6, 1.48", "1.9, 1", "1.98, 0.2", "2, 0"})
  void aWarmUpLongerThanTrainingNeverReachesThePeak(double progress, double expected) {
    assertEquals(expected, at(progress, Scaling.LINEAR, 10, 4, 2), 1e-12);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.01", "8, 0.01", "8.5, 0.0075", "9, 0.005", "9.975, 0.000125", "10, 0"})
  void serverAdamsOwnRateFallsToZeroOverTheLastFifth(double progress, double expected) {
    LearningRate rate = new LearningRate(0.1, Scaling.LINEAR, 1, 0.01);
    TrainingConfig config = Configs.of(Strategy.SERVER_ADAM, 2, 40).withEpochs(10);
    assertEquals(expected, rate.serverAt(progress, config), 1e-12);
  }

  @Test
  void aScheduleIsTimesThePeak() {
    LearningRate rate =
        new LearningRate(0.1, Scaling.LINEAR, 1, 0.01).with(Schedule.of("cosine:warmup=2"));
    TrainingConfig config = Configs.of(rate, 4, 10);
    assertEquals(0.4, rate.peak(config), 1e-12);
    assertEquals(0.2, rate.at(1, config), 1e-12);
    assertEquals(0.4, rate.at(2, config), 1e-12);
    assertEquals(0.2, rate.at(6, config), 1e-12);
    assertEquals(0, rate.at(10, config), 1e-12);
  }

  @Test
  void aScheduleOfStepsCountsThoseOfOneReplica() {
    LearningRate rate =
        new LearningRate(0.1, Scaling.LINEAR, 1, 0.01)
            .with(Schedule.of("steps:polynomial:decaySteps=25"));
    TrainingConfig config = Configs.of(rate, 4, 10);
    // 8 examples a step, so an epoch of 33 has 5.
    LearningRate inEpochs = config.inEpochs(33).learningRate();
    assertEquals(Schedule.of("polynomial:decaySteps=5"), inEpochs.schedule());
    assertEquals(config.inEpochs(33), config.inEpochs(33).inEpochs(7));
  }

  @Test
  void plainStepsHaveNoSchedule() {
    LearningRate rate = new LearningRate(0.1, Scaling.LINEAR, 1, 0.01);
    DataParallel parallel = new DataParallel(Strategy.SERVER_ADAM, 2, 4);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Configs.of(
                    Configs.SOFTMAX,
                    parallel,
                    rate.with(new Constant()),
                    10,
                    Configs.of(rate, 1, 1).stopping()));
    assertEquals(
        "Expected schedule with the strategy local, found it with server-adam", e.getMessage());
  }

  @Test
  void serverAdamsReplicasKeepTheirRate() {
    LearningRate rate = new LearningRate(0.1, Scaling.LINEAR, 1, 0.01);
    DataParallel parallel = new DataParallel(Strategy.SERVER_ADAM, 4, 40);
    TrainingConfig config =
        Configs.of(Configs.SOFTMAX, parallel, rate, 10, Configs.of(rate, 1, 1).stopping());
    for (double progress : new double[] {0, 0.5, 5, 9.9}) {
      assertEquals(0.1, rate.at(progress, config));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      0        | 1        | 0.01 | Expected learningRate above 0.0, found 0.0
      NaN      | 1        | 0.01 | Expected learningRate above 0.0, found NaN
      Infinity | 1        | 0.01 | Expected learningRate above 0.0, found Infinity
      0.1      | -1       | 0.01 | Expected warmupEpochs of 0.0 or more, found -1.0
      0.1      | 1        | 0    | Expected serverLearningRate above 0.0, found 0.0
      """)
  void impossibleRatesAreNamed(double base, double warmup, double server, String message) {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new LearningRate(base, Scaling.LINEAR, warmup, server));
    assertEquals(message, e.getMessage());
  }
}
