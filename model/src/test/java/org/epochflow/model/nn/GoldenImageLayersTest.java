package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.Golden;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.layer.Layers;
import org.epochflow.model.parallel.Team;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Outputs and input gradients of layers over images, without variables, are Keras's, each tensor to
 * 1e-6 of its largest, and so is what they are written as.
 */
class GoldenImageLayersTest {
  private static final int EXAMPLES = 3;

  static Stream<Arguments> cases() throws IOException {
    List<JsonNode> cases = layers();
    return Kernels.NAMES.stream()
        .flatMap(
            kernels ->
                Stream.of(1, Kernels.threads(kernels, 2))
                    .distinct()
                    .flatMap(
                        threads ->
                            cases.stream()
                                .map(
                                    each ->
                                        Arguments.of(
                                            kernels,
                                            threads,
                                            each.get("layer").get("config").toString(),
                                            each))));
  }

  static List<JsonNode> layers() throws IOException {
    JsonNode cases = Golden.read("image-layers.json").get("cases");
    return StreamSupport.stream(cases.spliterator(), false).toList();
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("cases")
  void keras(String kernels, int threads, String name, JsonNode golden) throws IOException {
    Layer layer = layer(golden);
    JsonNode images = golden.get("input");
    Shape input =
        Shape.of(images.get(0).size(), images.get(0).get(0).size(), images.at("/0/0/0").size());
    assertEquals(shape(golden.get("output_shape")), layer.output(input));
    List<Operation> operations = layer.bind(0, input, List.of());
    operations.forEach(operation -> operation.reshape(EXAMPLES, true));
    FMatrixRMaj x = matrix(images);
    FMatrixRMaj dy = matrix(golden.get("output_gradient"));
    FMatrixRMaj[] found = new FMatrixRMaj[2];
    try (Team team = new Team(threads)) {
      List<Kernels> each = Kernels.named(kernels, team);
      team.run(
          member -> {
            Pass pass = new Pass(each.get(member), team, member, new float[0], new Masks());
            FMatrixRMaj y = x;
            FMatrixRMaj dx = dy;
            for (Operation operation : operations) {
              y = operation.forward(pass, y);
              dx = operation.backward(pass, x, dx, true);
            }
            if (member == 0) {
              found[0] = y;
              found[1] = dx;
            }
          });
    }
    assertClose(golden.get("output"), found[0]);
    assertClose(golden.get("input_gradient"), found[1]);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void aLayerIsWrittenAsKerasWritesIt(JsonNode golden) throws IOException {
    Layer layer = layer(golden);
    JsonNode written = Layers.write(layer, List.of(Shape.of(5, 6, 2)), true);
    assertEquals(golden.get("layer").get("class_name"), written.get("class_name"));
    assertEquals(golden.get("layer").get("config"), written.get("config"));
  }

  private static Layer layer(JsonNode golden) throws IOException {
    JsonNode layer = golden.get("layer");
    return Layers.read(
        layer.get("class_name").textValue(), JsonObject.of(layer.get("config"), "layer"));
  }

  private static Shape shape(JsonNode dimensions) {
    List<Integer> shape = new ArrayList<>();
    dimensions.forEach(d -> shape.add(d.intValue()));
    return new Shape(shape);
  }

  private static FMatrixRMaj matrix(JsonNode tensor) {
    float[] values = Golden.floats(tensor);
    return new FMatrixRMaj(EXAMPLES, values.length / EXAMPLES, true, values);
  }

  private static void assertClose(JsonNode tensor, FMatrixRMaj found) {
    float[] expected = Golden.floats(tensor);
    assertEquals(expected.length, found.getNumElements());
    float scale = 0;
    for (float value : expected) {
      scale = Math.max(scale, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found.data[i], 1e-6 * scale, "value " + i);
    }
  }
}
