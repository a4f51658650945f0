package org.epochflow.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.epochflow.model.Golden;
import org.epochflow.model.metric.Quality;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.metric.Validation;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.train.EarlyStopping.Monitor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Training stops, and keeps its best, where Keras's callbacks do. */
class TrainingStateTest {
  private static final int EXAMPLES = 1000;
  private static final Tally FINE = Tally.of(1, true);
  private static final float[] NO_PARAMETERS = {};

  /** An epoch of which the monitor sees this value. */
  private static EpochResult epoch(Monitor monitor, double value) {
    return new EpochResult(
        ModelState.startingFrom(NO_PARAMETERS, 0), FINE, validation(monitor, value), 1, 2);
  }

  private static Tally validation(Monitor monitor, double value) {
    if (!Double.isFinite(value)) {
      return Tally.of((float) value, false);
    }
    return monitor == Monitor.VAL_LOSS
        ? new Tally(1, 0, Math.round(value * (1 << 24)), 0)
        : new Tally(EXAMPLES, Math.round(value * EXAMPLES), 0, 0);
  }

  private static TrainingState begin(EarlyStopping stopping, int epochs) {
    return TrainingState.begin(Configs.of(stopping, epochs), NO_PARAMETERS);
  }

  static Stream<Arguments> traces() throws IOException {
    return StreamSupport.stream(
            Golden.read("early-stopping.json").get("traces").spliterator(), false)
        .map(trace -> Arguments.of(trace.get("name").asText(), trace));
  }

  private static EarlyStopping stopping(JsonNode trace) {
    return new EarlyStopping(
        true,
        trace.get("mode").asText().equals("min") ? Monitor.VAL_LOSS : Monitor.VAL_ACCURACY,
        trace.get("min_delta").doubleValue(),
        trace.get("patience").intValue());
  }

  /**
   * Goes on after an epoch that is not finite, where training itself would stop: the monitor's rule
   * is one thing, that there is nothing left to train another.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("traces")
  void keras(String name, JsonNode trace) {
    JsonNode expected = trace.has("epochflow") ? trace.get("epochflow") : trace.get("keras");
    EarlyStopping stopping = stopping(trace);
    TrainingState state = begin(stopping, trace.get("values").size());
    List<Integer> waits = new ArrayList<>();
    List<Integer> saved = new ArrayList<>();
    for (JsonNode value : trace.get("values")) {
      state = state.next(epoch(stopping.monitor(), Double.parseDouble(value.asText())));
      waits.add(state.waited());
      if (state.lastIsBest()) {
        saved.add(state.epoch());
      }
      if (stopping.stopsAfter(state.waited())) {
        break;
      }
    }
    assertEquals(list(expected.get("waits")), waits, name);
    assertEquals(list(expected.get("saved_epochs")), saved, name);
    assertEquals(expected.get("epochs_run").intValue(), state.epoch(), name);
    assertEquals(expected.get("stopped").booleanValue(), stopping.stopsAfter(state.waited()), name);
    assertEquals(expected.get("best_epoch").intValue(), waits.lastIndexOf(0) + 1, name);
    assertEquals(saved.get(saved.size() - 1) - 1, state.bestEpoch(), name);
  }

  private static List<Integer> list(JsonNode numbers) {
    return IntStream.of(Golden.ints(numbers)).boxed().toList();
  }

  /** The same where every value is finite, by what training itself asks. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("traces")
  void finiteTracesStopWhereKerasStops(String name, JsonNode trace) {
    EarlyStopping stopping = stopping(trace);
    TrainingState state = begin(stopping, trace.get("values").size());
    boolean finite = true;
    for (JsonNode value : trace.get("values")) {
      assertFalse(state.stopped());
      state = state.next(epoch(stopping.monitor(), Double.parseDouble(value.asText())));
      finite = Double.isFinite(Double.parseDouble(value.asText()));
      if (state.stopped()) {
        break;
      }
    }
    boolean patience = finite && trace.get("keras").get("stopped").booleanValue();
    StopReason reason = patience ? StopReason.PATIENCE : StopReason.EPOCHS;
    assertEquals(Optional.of(finite ? reason : StopReason.NOT_FINITE), state.stopReason(), name);
    assertEquals(finite, state.epoch() == trace.get("keras").get("epochs_run").intValue(), name);
  }

  @ParameterizedTest
  @CsvSource({"NaN, 1", "Infinity, 1", "-Infinity, 1", "NaN, NaN", "-Infinity, NaN"})
  void whatIsNotFiniteNeverImproves(double value, double best) {
    for (Monitor monitor : Monitor.values()) {
      assertFalse(monitor.improves(value, best, 0));
      assertTrue(monitor.improves(7, Double.NaN, 100));
    }
  }

  @Test
  void theBestModelNeedsNoMinimalGain() {
    EarlyStopping stopping = new EarlyStopping(true, Monitor.VAL_LOSS, 0.5, 3);
    TrainingState state = begin(stopping, 9);
    for (double loss : new double[] {1, 0.9, 0.8}) {
      state = state.next(epoch(Monitor.VAL_LOSS, loss));
      assertTrue(state.lastIsBest());
    }
    assertEquals(2, state.waited());
    assertEquals(1, state.stoppingBest());
    assertEquals(0.8, state.bestValue(), 1e-7);
    assertEquals(2, state.bestEpoch());
  }

  @Test
  void stoppingThatIsOffNeverStopsButKeepsTheBest() {
    TrainingState state = begin(new EarlyStopping(false, Monitor.VAL_LOSS, 0, 1), 4);
    for (double loss : new double[] {0.5, 1, 2, 3}) {
      assertFalse(state.stopped());
      state = state.next(epoch(Monitor.VAL_LOSS, loss));
    }
    assertEquals(Optional.of(StopReason.EPOCHS), state.stopReason());
    assertEquals(0, state.bestEpoch());
  }

  @Test
  void raisedEpochsGoOnWhereTheLimitStoppedAndOnlyThere() {
    EarlyStopping stopping = new EarlyStopping(true, Monitor.VAL_LOSS, 0, 2);
    TrainingState state = begin(stopping, 2);
    state = state.next(epoch(Monitor.VAL_LOSS, 1)).next(epoch(Monitor.VAL_LOSS, 1.5));
    assertEquals(Optional.of(StopReason.EPOCHS), state.stopReason());
    TrainingState raised = state.withEpochs(3);
    assertFalse(raised.stopped());
    assertEquals(1, raised.waited());
    TrainingState waited = raised.next(epoch(Monitor.VAL_LOSS, 2));
    assertEquals(Optional.of(StopReason.PATIENCE), waited.stopReason());
    assertEquals(Optional.of(StopReason.PATIENCE), waited.withEpochs(30).stopReason());
  }

  @Test
  void aLossThatIsLostStopsAtOnceAndKeepsTheBest() {
    TrainingState state = begin(new EarlyStopping(true, Monitor.VAL_ACCURACY, 0, 5), 9);
    state = state.next(epoch(Monitor.VAL_ACCURACY, 0.5));
    Tally lost = Tally.of(Float.NaN, true);
    Tally better = validation(Monitor.VAL_ACCURACY, 0.9);
    ModelState model = ModelState.startingFrom(NO_PARAMETERS, 0);
    for (EpochResult result :
        List.of(
            new EpochResult(model, lost, better, 1, 2),
            new EpochResult(model, FINE, better.plus(lost), 1, 2))) {
      TrainingState stopped = state.next(result);
      assertEquals(Optional.of(StopReason.NOT_FINITE), stopped.stopReason());
      assertEquals(0, stopped.bestEpoch());
      assertFalse(stopped.lastIsBest());
    }
  }

  @Test
  void whatIsMonitoredIsMeasuredAndHasItsDirection() {
    Quality perfect = quality(new float[] {1, 0}, new float[] {0, 1});
    Quality unsure = quality(new float[] {0.75f, 0.25f}, new float[] {0.25f, 0.75f});
    Quality wrong = quality(new float[] {0, 1}, new float[] {0, 1});
    assertBest(Monitor.VAL_F1, 1, wrong, perfect, unsure);
    assertBest(Monitor.VAL_TOP_K_ACCURACY, 1, wrong, perfect, unsure);
    assertBest(Monitor.VAL_ECE, 2, wrong, unsure, perfect);
  }

  private static void assertBest(Monitor monitor, int best, Quality... epochs) {
    TrainingState state = begin(new EarlyStopping(true, monitor, 0, 9, 1), 9);
    assertTrue(state.config().stopping().needsQuality());
    ModelState model = ModelState.startingFrom(NO_PARAMETERS, 0);
    for (Quality quality : epochs) {
      Validation validation = new Validation(FINE, List.of(quality));
      state = state.next(new EpochResult(model, FINE, validation, 1, 2));
    }
    assertEquals(best, state.bestEpoch(), monitor + " of " + state.history());
    assertEquals(monitor.of(state.history().get(best)), state.bestValue());
  }

  /** Of two examples, labelled 0 and 1. */
  private static Quality quality(float[]... probabilities) {
    Quality.Counts counts = new Quality.Counts(2);
    for (int label = 0; label < 2; label++) {
      float[] p = probabilities[label];
      counts.add(label, p[1] > p[0] ? 1 : 0, p, 0);
    }
    return counts.quality();
  }

  @Test
  void aFigureThatWasNotAskedForIsNoImprovement() {
    TrainingState state = begin(new EarlyStopping(true, Monitor.VAL_F1, 0, 5), 9);
    assertEquals(-1, state.next(epoch(Monitor.VAL_LOSS, 1)).bestEpoch());
  }

  @Test
  void theKOfTheTopKAccuracyIsThereAndNoMoreThanTheClasses() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new EarlyStopping(true, Monitor.VAL_TOP_K_ACCURACY, 0, 5));
    assertThrows(
        IllegalArgumentException.class, () -> new EarlyStopping(true, Monitor.VAL_LOSS, 0, 5, 0));
    Exception refused =
        assertThrows(
            ArchitectureException.class,
            () -> begin(new EarlyStopping(true, Monitor.VAL_LOSS, 0, 5, 1000), 9));
    assertTrue(String.valueOf(refused.getMessage()).endsWith("classes, found 1000"));
  }

  @Test
  void aRowHasTheEpochsFigures() {
    TrainingState state = begin(new EarlyStopping(true, Monitor.VAL_LOSS, 0, 5), 9);
    assertEquals(0, state.epoch());
    assertFalse(state.lastIsBest());
    Tally training = Tally.of(0.5f, true).plus(Tally.of(1, false));
    Tally validation = Tally.of(0.25f, false);
    ModelState model = ModelState.startingFrom(NO_PARAMETERS, 0);
    state = state.next(new EpochResult(model, training, validation, 3, 4));
    assertEquals(List.of(new EpochRow(0, 0.5, 0.75, 0, 0.25, 0.001, 3, 4)), state.history());
  }
}
