package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.epochflow.model.Golden;
import org.epochflow.model.format.ArchitectureJson;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.layer.regularization.Dropout;
import org.epochflow.model.optim.Adam;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Probabilities, loss, gradients and Adam's steps are Keras's, each tensor to 1e-5 of its largest,
 * or 1e-6 of the largest of all tensors of its kind.
 */
class GoldenNetworkTest {
  private static final double TOLERANCE = 1e-5;

  static Stream<Arguments> networks() throws IOException {
    List<String> names = Golden.names("networks");
    return Kernels.NAMES.stream()
        .flatMap(kernels -> names.stream().map(name -> Arguments.of(kernels, name)));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void keras(String kernels, String name) throws IOException {
    JsonNode golden = Golden.read("networks/" + name + ".json");
    Architecture architecture =
        withoutDropout(ArchitectureJson.read(golden.get("architecture").toString(), name));
    assertVariables(architecture, golden.get("variables"));
    float[] w = Golden.floats(golden.get("weights"));
    Network network = new Network(architecture, Kernels.named(kernels), w);

    Batch all = batch(golden, 0, 1, 2, 3, 4, 5, 6, 7);
    assertClose("probabilities", golden.get("probabilities"), network.predict(all.inputs, 8));
    assertEquals(golden.get("loss").doubleValue(), network.evaluate(all).loss(), TOLERANCE);
    float[] gradient = new float[w.length];
    double trainingLoss = network.gradient(all, 0, gradient).loss();
    if (golden.has("training_loss")) {
      assertEquals(golden.get("training_loss").doubleValue(), trainingLoss, TOLERANCE);
    } else {
      assertEquals(network.evaluate(all).loss(), trainingLoss);
    }
    assertVariables("gradient", architecture.trained(), golden.get("gradients"), gradient);

    float[] m = new float[w.length];
    float[] v = new float[w.length];
    int t = 0;
    for (JsonNode step : golden.get("steps")) {
      Batch batch = batch(golden, Golden.ints(step.get("batch")));
      double rate = golden.get("adam").get("learning_rate").doubleValue();
      double loss =
          network.step(batch, 0, gradient, new Adam().step(List.of(m, v), rate, ++t)).loss();
      assertEquals(step.get("loss").doubleValue(), loss, TOLERANCE);
      assertVariables("weights after step " + t, all(architecture), step.get("weights"), w);
    }
    assertVariables("m", architecture.trained(), golden.get("m"), m);
    assertVariables("v", architecture.trained(), golden.get("v"), v);
  }

  /** Keras's figures are without dropout. */
  private static Architecture withoutDropout(Architecture architecture) {
    List<Layer> layers = new ArrayList<>(architecture.layers());
    boolean removed = layers.removeIf(Dropout.class::isInstance);
    return !removed
        ? architecture
        : new Architecture(architecture.name(), architecture.input(), layers);
  }

  private static Batch batch(JsonNode golden, int... places) {
    int size = golden.get("pixels").get(0).size();
    byte[] pixels = new byte[places.length * size];
    byte[] labels = new byte[places.length];
    for (int i = 0; i < places.length; i++) {
      for (int p = 0; p < size; p++) {
        pixels[i * size + p] = (byte) golden.get("pixels").get(places[i]).get(p).intValue();
      }
      labels[i] = (byte) golden.get("labels").get(places[i]).intValue();
    }
    return Batches.of(
        new Examples(pixels, labels, LongStream.range(0, places.length).toArray()), size);
  }

  private static void assertVariables(Architecture architecture, JsonNode expected) {
    List<Variable> variables = all(architecture);
    assertEquals(expected.size(), variables.size());
    for (int i = 0; i < variables.size(); i++) {
      String path = expected.get(i).get("path").asText();
      assertEquals(path.substring(path.lastIndexOf('/') + 1), variables.get(i).name());
      assertEquals(!expected.get(i).has("trainable"), variables.get(i).trains());
      assertEquals(
          expected.get(i).get("shape").toString(),
          variables.get(i).dimensions().toString().replace(" ", ""));
    }
  }

  private static List<Variable> all(Architecture architecture) {
    return architecture.variables().stream().flatMap(List::stream).toList();
  }

  private static void assertVariables(
      String what, List<Variable> variables, JsonNode expected, float[] found) {
    for (int i = 0; i < variables.size(); i++) {
      Variable variable = variables.get(i);
      float[] part = Arrays.copyOfRange(found, variable.offset(), variable.end());
      assertClose(what + " of variable " + i, expected.get(i), part, largest(expected) / 10);
    }
  }

  static void assertClose(String what, JsonNode lists, float[] found) {
    assertClose(what, lists, found, 0);
  }

  private static float largest(JsonNode lists) {
    float largest = 0;
    for (float value : Golden.floats(lists)) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static void assertClose(String what, JsonNode lists, float[] found, float least) {
    float[] expected = Golden.floats(lists);
    assertEquals(expected.length, found.length, what);
    float scale = Math.max(least, largest(lists));
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - found[i]) <= TOLERANCE * scale)) {
        fail(
            String.format(
                Locale.ROOT, "%s: expected %s, found %s at %d", what, expected[i], found[i], i));
      }
    }
  }
}
