package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.Golden;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.nn.layer.Layers;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.parallel.Team;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One layer alone is Keras's, as Keras wrote it: its outputs in prediction and in training, the
 * gradients of its input and its variables, and what it makes of those that do not train.
 */
class GoldenLayersTest {
  private static final String FILE = "layers.json";
  private static final Update NO_STEP = (kernels, w, from, to, g, at) -> {};

  static Stream<Arguments> layers() throws IOException {
    List<String> names = names();
    return Kernels.NAMES.stream()
        .filter(kernels -> kernels.equals("ejml") || Kernels.auto().equals(kernels))
        .flatMap(kernels -> names.stream().map(name -> Arguments.of(kernels, name)));
  }

  private static List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    Golden.read(FILE).fieldNames().forEachRemaining(names::add);
    names.remove("keras");
    return names;
  }

  private static Layer read(JsonNode written) throws IOException {
    JsonObject config = JsonObject.of(written.get("config"), "layer");
    return Layers.read(written.get("class_name").textValue(), config);
  }

  private static Shape shape(JsonNode golden) {
    List<Integer> dimensions = new ArrayList<>();
    golden.get("input_shape").forEach(each -> dimensions.add(each.intValue()));
    return new Shape(dimensions);
  }

  private static List<Variable> placed(List<Variable> variables, JsonNode expected) {
    List<Variable> placed = new ArrayList<>();
    int offset = 0;
    for (Variable variable : variables) {
      JsonNode description = expected.get(placed.size());
      String dimensions = variable.dimensions().toString().replace(" ", "");
      assertEquals(description.get("shape").toString(), dimensions);
      assertEquals(!description.has("trainable"), variable.trains());
      assertTrue(description.get("path").textValue().endsWith("/" + variable.name()));
      placed.add(variable.at(offset, true));
      offset = placed.get(placed.size() - 1).end();
    }
    assertEquals(expected.size(), placed.size());
    return placed;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("layers")
  void keras(String kernels, String name) throws IOException {
    JsonNode golden = Golden.read(FILE).get(name);
    Layer layer = read(golden.get("layer"));
    Shape shape = shape(golden);
    List<Variable> variables = placed(layer.variables(shape), golden.get("variables"));
    float[] w = Golden.floats(golden.get("weights"));
    float[] gradient = new float[w.length];
    Arrays.fill(gradient, Float.NaN);
    FMatrixRMaj x = matrix(golden.get("input"), shape.size());
    FMatrixRMaj dy = matrix(golden.get("output_gradient"), shape.size());
    List<Operation> operations = layer.bind(0, shape, variables);
    operations.forEach(operation -> operation.reshape(x.numRows, true));

    FMatrixRMaj prediction;
    FMatrixRMaj output;
    FMatrixRMaj dx = dy;
    try (Team alone = new Team(1)) {
      Pass pass = new Pass(Kernels.named(kernels), alone, 0, w, new Masks());
      prediction = forward(operations, pass, x).copy();
      pass.toTrain(gradient, NO_STEP);
      output = forward(operations, pass, x).copy();
      for (Operation operation : operations) {
        dx = operation.backward(pass, x, dy, true);
        operation.learn(pass, x, dy);
      }
    }
    assertClose("prediction", golden.get("prediction"), prediction.data);
    assertClose("output", golden.get("output"), output.data);
    assertClose("input gradient", golden.get("input_gradient"), dx.data);
    assertClose("weights", golden.get("weights_after"), w);
    int trained = 0;
    for (Variable variable : variables) {
      float[] part = Arrays.copyOfRange(gradient, variable.offset(), variable.end());
      if (variable.trains()) {
        assertClose(variable.name(), golden.get("gradients").get(trained++), part);
      } else {
        float[] none = new float[part.length];
        Arrays.fill(none, Float.NaN);
        assertArrayEquals(none, part, variable.name());
      }
    }
  }

  private static FMatrixRMaj forward(List<Operation> operations, Pass pass, FMatrixRMaj x) {
    FMatrixRMaj y = x;
    for (Operation operation : operations) {
      y = operation.forward(pass, y);
    }
    return y;
  }

  private static FMatrixRMaj matrix(JsonNode values, int columns) {
    float[] flat = Golden.floats(values);
    return new FMatrixRMaj(flat.length / columns, columns, true, flat);
  }

  private static void assertClose(String what, JsonNode expected, float[] found) {
    GoldenNetworkTest.assertClose(what, expected, found);
  }

  /** What it reads is what it writes, so Keras can read it. */
  @ParameterizedTest(name = "{1}")
  @MethodSource("layers")
  void writtenAgainItIsTheSame(String kernels, String name) throws IOException {
    JsonNode golden = Golden.read(FILE).get(name);
    Layer layer = read(golden.get("layer"));
    assertEquals(layer, read(Layers.write(layer, List.of(shape(golden)), true)));
  }

  @Test
  void everyFunctionIsAmongThem() throws IOException {
    Set<Function> found = new HashSet<>();
    for (String name : names()) {
      if (read(Golden.read(FILE).get(name).get("layer")) instanceof Activation activation) {
        found.add(activation.function());
      }
    }
    assertEquals(Set.of(Function.values()), found);
  }
}
