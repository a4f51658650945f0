package org.epochflow.model.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.Golden;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.optim.schedule.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Keras's schedules are ours, step by step. */
class KerasScheduleTest {
  static List<JsonNode> cases() throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    Golden.read("schedules.json").get("cases").forEach(cases::add);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void eachRateIsKeras(JsonNode golden) throws IOException {
    KerasSchedule read = KerasSchedule.read(JsonObject.of(golden.get("keras"), "m"));
    Schedule ours = Schedule.of("steps:" + golden.get("epochflow").textValue());
    float[] rates = Golden.floats(golden.get("rates"));
    for (int step = 0; step < rates.length; step++) {
      double rate = read.peak() * read.schedule().at(step, 1000);
      assertEquals(rates[step], rate, 1e-6 * read.peak(), "step " + step);
      assertEquals(ours.at(step, 1000), read.schedule().at(step, 1000), 1e-6);
      assertEquals(rate, read.peak() * read.schedule().over(8).at(step / 8.0, 1000), 1e-12);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"class_name\":\"Own\",\"config\":{}} | CosineDecay or CosineDecayRestarts as class_name, found \"Own\" (m)",
        "{\"class_name\":\"CosineDecay\",\"config\":{\"initial_learning_rate\":0.1}} | a field decay_steps, found none (m, config)",
        "{\"class_name\":\"CosineDecay\",\"config\":{\"initial_learning_rate\":0,\"decay_steps\":9}} | a learning rate above 0, found 0.0 (m, config)",
        "{\"class_name\":\"PiecewiseConstantDecay\",\"config\":{\"boundaries\":[1],\"values\":[\"x\",1]}} | numbers as values",
        "{\"class_name\":\"ExponentialDecay\",\"config\":{\"initial_learning_rate\":0.1,\"decay_steps\":0,\"decay_rate\":0.5}} | decaySteps above 0.0, found 0.0 (m, config)",
      })
  void aFaultIsNamed(String json, String message) throws IOException {
    JsonObject tree = JsonObject.of(Json.parse(json, "m"), "m");
    Exception e = assertThrows(ModelFormatException.class, () -> KerasSchedule.read(tree));
    assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
  }

  @Test
  void allOfKerasAreCompared() throws IOException {
    assertEquals(
        6,
        cases().stream().map(c -> c.get("keras").get("class_name").textValue()).distinct().count());
  }
}
