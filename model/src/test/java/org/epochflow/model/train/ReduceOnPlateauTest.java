package org.epochflow.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.Golden;
import org.epochflow.model.optim.schedule.Polynomial;
import org.epochflow.model.train.EarlyStopping.Monitor;
import org.epochflow.model.train.LearningRate.Scaling;
import org.epochflow.model.train.ReduceOnPlateau.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rate is reduced when Keras reduces it. */
class ReduceOnPlateauTest {
  static List<JsonNode> traces() throws IOException {
    List<JsonNode> traces = new ArrayList<>();
    Golden.read("plateaus.json").get("traces").forEach(traces::add);
    return traces;
  }

  private static ReduceOnPlateau ours(JsonNode settings) {
    ReduceOnPlateau keras = new ReduceOnPlateau();
    return new ReduceOnPlateau(
        settings.path("factor").asDouble(keras.factor()),
        settings.path("patience").asInt(keras.patience()),
        settings.path("min_delta").asDouble(keras.minDelta()),
        settings.path("cooldown").asInt(keras.cooldown()),
        settings.path("min_lr").asDouble(keras.minRate()));
  }

  @ParameterizedTest
  @MethodSource("traces")
  void eachRateIsKeras(JsonNode trace) {
    ReduceOnPlateau reduction = ours(trace.get("settings"));
    Monitor monitor =
        trace.get("mode").textValue().equals("min") ? Monitor.VAL_LOSS : Monitor.VAL_ACCURACY;
    Progress progress = Progress.BEGIN;
    float[] rates = Golden.floats(trace.get("rates"));
    for (int epoch = 0; epoch < rates.length; epoch++) {
      double value = trace.get("values").get(epoch).doubleValue();
      progress = reduction.after(progress, value, monitor, 0.1);
      assertEquals(rates[epoch], 0.1 * progress.factor(), 1e-8, "epoch " + epoch);
    }
  }

  @Test
  void whatIsNotFiniteIsNoImprovement() {
    ReduceOnPlateau reduction = ReduceOnPlateau.of("factor=0.5,patience=1");
    Progress first = reduction.after(Progress.BEGIN, Double.NaN, Monitor.VAL_LOSS, 1);
    assertEquals(0.5, first.factor());
    assertEquals(0.5, reduction.after(first, 3, Monitor.VAL_LOSS, 1).factor());
  }

  private static TrainingState state(LearningRate rate) {
    return TrainingState.begin(
        Configs.of(rate, 2, 10), new float[Configs.SOFTMAX.parameterCount()]);
  }

  private static TrainingState after(TrainingState state, double valLoss) {
    EpochRow row =
        new EpochRow(
            state.epoch(),
            0.5,
            1,
            0.5,
            valLoss,
            state.epochConfig().learningRate().at(state.epoch() + 1, state.epochConfig()),
            1,
            1);
    return state.next(row, state.model());
  }

  @Test
  void theNextEpochTrainsAtTheReducedRate() {
    LearningRate rate =
        new LearningRate(
            0.1,
            Scaling.LINEAR,
            1,
            0.01,
            new Polynomial(),
            ReduceOnPlateau.of("factor=0.5,patience=2,minDelta=0"));
    TrainingState state = state(rate);
    assertSame(state.config(), state.epochConfig());
    for (double valLoss : new double[] {1, 1, 1}) {
      state = after(state, valLoss);
    }
    TrainingConfig reduced = state.epochConfig();
    assertEquals(0.5 * rate.at(3.5, state.config()), reduced.learningRate().at(3.5, reduced));
    // The third epoch itself still ended at the full rate.
    assertEquals(rate.at(3, state.config()), state.history().get(2).learningRate());
    state = after(after(state, 1), 1);
    assertEquals(0.25 * rate.at(6, state.config()), rateAfter(state), 1e-15);
    assertEquals(0.25, rateAfter(state.withEpochs(10)) / rate.at(6, state.config()), 1e-12);
  }

  private static double rateAfter(TrainingState state) {
    TrainingConfig config = state.epochConfig();
    return config.learningRate().at(6, config);
  }

  @Test
  void withoutItTheRateStays() {
    TrainingState state = state(new LearningRate(0.1, Scaling.LINEAR, 1, 0.01));
    for (int epoch = 0; epoch < 5; epoch++) {
      state = after(state, 1);
    }
    assertSame(state.config(), state.epochConfig());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "factor=1          | Expected factor above 0.0, below 1.0, found 1.0",
        "patience=-1       | Expected patience at least 0.0, found -1",
        "minLr=0           | Expected settings of reduceOnPlateau (factor, patience, minDelta, cooldown, minRate), found minLr",
        "cooldown=1.5      | Expected cooldown=a whole number, found '1.5'",
      })
  void aFaultIsNamed(String text, String message) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> ReduceOnPlateau.of(text));
    assertEquals(message, e.getMessage());
  }

  @Test
  void aTextIsReadAsItIsWritten() {
    ReduceOnPlateau reduction = new ReduceOnPlateau(0.25, 3, 1e-3, 2, 1e-6);
    assertEquals(reduction, ReduceOnPlateau.of(reduction.text()));
    assertEquals(
        "factor=0.1,patience=10,minDelta=0.0001,cooldown=0,minRate=0",
        new ReduceOnPlateau().text());
  }
}
