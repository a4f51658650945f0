package org.epochflow.model.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.epochflow.model.Golden;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Initializer;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.parallel.Team;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every optimiser steps as Keras's, keeps the same state, and is called the same. */
class OptimizersOfKerasTest {
  private static final int STEPS = 3;

  private static List<float[]> begun(Optimizer optimizer, int size) {
    List<float[]> slots = optimizer.slots().stream().map(slot -> new float[size]).toList();
    for (int slot = 0; slot < slots.size(); slot++) {
      Arrays.fill(slots.get(slot), optimizer.initially(slot));
    }
    return slots;
  }

  static List<JsonNode> golden() throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    Golden.read("optimizers.json").get("cases").forEach(cases::add);
    return cases;
  }

  private static Optimizer ours(JsonNode golden) {
    Map<String, Object> settings = new HashMap<>();
    golden
        .properties()
        .forEach(
            field ->
                settings.put(
                    field.getKey(),
                    field.getValue().isBoolean()
                        ? (Object) field.getValue().booleanValue()
                        : (Object) field.getValue().doubleValue()));
    settings.remove("name");
    return Optimizers.with(Optimizers.named(golden.get("name").textValue()), settings);
  }

  @Test
  void eachIsComparedWithKeras() throws IOException {
    List<Optimizer> compared = golden().stream().map(c -> ours(c.get("epochflow"))).toList();
    for (Optimizer optimizer : Optimizers.ALL) {
      assertTrue(compared.contains(optimizer), optimizer.name());
    }
    for (Optimizers.Option option : Optimizers.options()) {
      assertTrue(
          golden().stream().anyMatch(c -> c.get("epochflow").has(option.name())), option.name());
    }
  }

  /** The variables of a case, one after the other. */
  private static List<Variable> variables(JsonNode golden) {
    List<Variable> variables = new ArrayList<>();
    int offset = 0;
    for (int i = 0; i < golden.get("weights").get(0).size(); i++) {
      List<Integer> dimensions = new ArrayList<>();
      if (golden.has("shapes")) {
        golden.get("shapes").get(i).forEach(size -> dimensions.add(size.intValue()));
      } else {
        dimensions.addAll(i == 0 ? List.of(3, 5) : List.of(5));
      }
      variables.add(new Variable("v" + i, dimensions, Initializer.ZEROS, true, offset));
      offset = variables.get(i).end();
    }
    return variables;
  }

  @ParameterizedTest
  @MethodSource("golden")
  void threeStepsAreKeras(JsonNode golden) {
    Optimizer optimizer = ours(golden.get("epochflow"));
    JsonNode weights = golden.get("weights");
    for (String name : Kernels.NAMES) {
      float[] w = Golden.floats(weights.get(0));
      float[] gradient = new float[w.length];
      List<float[]> slots = begun(optimizer, w.length);
      Stepper.Parameters parameters = new Stepper.Parameters(variables(golden), w, gradient, slots);
      try (Team team = new Team(1)) {
        Stepper stepper = new Stepper(optimizer, parameters, Kernels.named(name, team), team);
        for (int t = 1; t <= STEPS; t++) {
          float[] g = Golden.floats(golden.get("gradients").get(t - 1));
          System.arraycopy(g, 0, gradient, 0, g.length);
          stepper.step(golden.get("rate").doubleValue(), t);
          assertArrayEquals(Golden.floats(weights.get(t)), w, 2e-6f);
        }
      }
      assertState(golden, optimizer, slots);
    }
  }

  /** Each variable of Keras's state is the part of a slot that belongs there. */
  private static void assertState(JsonNode golden, Optimizer optimizer, List<float[]> slots) {
    List<Variable> variables = variables(golden);
    int compared = 0;
    for (int i = 0; i < variables.size(); i++) {
      Variable variable = variables.get(i);
      for (int slot = 0; slot < slots.size(); slot++) {
        int place = optimizer.kerasPlace(i, slot, variables);
        if (place >= 0) {
          float[] keras = Golden.floats(golden.get("state").get(place));
          float[] own = Arrays.copyOfRange(slots.get(slot), variable.offset(), variable.end());
          assertArrayEquals(keras, own, 1e-6f);
          compared++;
        }
      }
    }
    for (float number : optimizer.kerasNumbers(STEPS)) {
      assertArrayEquals(
          Golden.floats(golden.get("state").get(compared)), new float[] {number}, 1e-6f);
      compared++;
    }
    assertEquals(compared, golden.get("state").size());
  }

  @ParameterizedTest
  @MethodSource("golden")
  void theFormIsKerasOwn(JsonNode golden) {
    Optimizer optimizer = ours(golden.get("epochflow"));
    Optimizer.KerasForm form = optimizer.keras();
    JsonNode config = golden.get("keras").get("config");
    assertEquals(golden.get("keras").get("class_name").textValue(), form.className());
    assertEquals(config.get("name").textValue().replace("_", ""), optimizer.name());
    form.settings()
        .properties()
        .forEach(field -> assertEquals(config.get(field.getKey()), field.getValue()));
    Set<String> common =
        Set.of(
            "name",
            "learning_rate",
            "weight_decay",
            "clipnorm",
            "global_clipnorm",
            "clipvalue",
            "use_ema",
            "ema_momentum",
            "ema_overwrite_frequency",
            "loss_scale_factor",
            "gradient_accumulation_steps");
    config
        .fieldNames()
        .forEachRemaining(
            field -> assertTrue(common.contains(field) || form.settings().has(field), field));
    if (Optimizers.ALL.contains(optimizer)) {
      assertEquals(golden.get("rate").doubleValue(), optimizer.defaultRate());
    }
  }
}
