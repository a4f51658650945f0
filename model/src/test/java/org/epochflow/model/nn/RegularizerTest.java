package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.convolution.DepthwiseConv2D;
import org.epochflow.model.nn.layer.convolution.SeparableConv2D;
import org.epochflow.model.nn.layer.convolution.Window;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.KernelAndBias;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.core.Penalties;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Penalties, in every form that Keras has written them in; their figures are in the goldens. */
class RegularizerTest {
  private static final String PLACE = "m.json, layer d";

  private static Regularizer read(String written) throws ModelFormatException {
    String config = "{\"kernel_regularizer\": %s}".formatted(written.replace('\'', '"'));
    return Regularizer.read(JsonObject.of(Json.parse(config, PLACE), PLACE), "kernel_regularizer");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "null | 0 | 0",
        "'l1' | 0.01 | 0",
        "'l2' | 0 | 0.01",
        "'L2' | 0 | 0.01",
        "'l1_l2' | 0.01 | 0.01",
        "'l1l2' | 0.01 | 0.01",
        "'L1L2' | 0 | 0",
        "{'class_name': 'L1L2', 'config': {'l1': 0.5, 'l2': 0.25}} | 0.5 | 0.25",
        "{'class_name': 'L1L2', 'config': {'l1': 0.0, 'l2': 0.25}} | 0 | 0.25",
        "{'class_name': 'L2', 'config': {'l2': 0.25}, 'registered_name': null} | 0 | 0.25",
        "{'class_name': 'L1', 'config': {}, 'module': 'keras.regularizers'} | 0.01 | 0",
        "{'class_name': 'L2', 'config': {'l2': 0.25}, 'registered_name': 'L2'} | 0 | 0.25",
        "{'name': 'L1L2', 'l1': 0.5, 'l2': 0.25} | 0.5 | 0.25",
        "{'name': 'WeightRegularizer', 'l1': 0.0, 'l2': 0.25} | 0 | 0.25",
        "{'name': 'ActivityRegularizer', 'l1': 0.5, 'l2': 0.0} | 0.5 | 0",
      })
  void allOfKerassFormsAreRead(String written, double l1, double l2) throws Exception {
    Regularizer regularizer = read(written);
    assertEquals(new Regularizer(l1, l2), regularizer);
    var config = Json.object();
    regularizer.write(config, "kernel_regularizer");
    assertEquals(
        regularizer, Regularizer.read(new JsonObject(config, PLACE), "kernel_regularizer"));
  }

  @Test
  void aMissingOneIsNone() throws Exception {
    assertTrue(Regularizer.read(new JsonObject(Json.object(), PLACE), "l2").isNone());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'OrthogonalRegularizer' | Expected L1, L2 or L1L2 as kernel_regularizer, found"
            + " \"OrthogonalRegularizer\"",
        "{'class_name': 'OrthogonalRegularizer', 'config': {'factor': 0.01, 'mode': 'rows'}}"
            + " | Expected only the fields [l1, l2, name], found also [factor, mode]",
        "{'class_name': 'L2', 'config': {'l2': -1}} | Expected a number of 0 or more as l2, found -1",
        "{'class_name': 'L2', 'config': {'l2': 'x'}} | Expected a number as l2, found \"x\"",
        "{'class_name': 'L2', 'registered_name': 'Mine>L2'} | Expected null or \"L2\" as"
            + " registered_name, found \"Mine>L2\"",
        "7 | Expected a JSON object, found 7",
      })
  void othersAreRefusedInALine(String written, String message) {
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> read(written));
    assertTrue(String.valueOf(e.getMessage()).startsWith(message + " (" + PLACE), e.getMessage());
  }

  @Test
  void factorsBelowZeroAreRefused() {
    assertThrows(ArchitectureException.class, () -> new Regularizer(-1, 0));
    assertThrows(ArchitectureException.class, () -> new Regularizer(0, Double.NaN));
    assertThrows(ArchitectureException.class, () -> new Regularizer(0, Double.POSITIVE_INFINITY));
  }

  @Test
  void anL2OfKernelsLeavesAllElseAsItIs() {
    Regularizer both = new Regularizer(0.5, 0.25);
    Penalties some = new Penalties(List.of(both), both, both);
    Window window = Window.of(2, 2, Padding.VALID);
    Architecture network =
        new Architecture(
            "all",
            Shape.of(6, 6, 2),
            List.of(
                new Conv2D("c", 2, 2, 2, Padding.VALID, Function.RELU),
                new DepthwiseConv2D("d", 1, window),
                new SeparableConv2D("s", 2, window),
                new Flatten("f"),
                new Dense("m", 3, Function.RELU, KernelAndBias.STANDARD.with(some)),
                new Dense("n", 3, Function.SOFTMAX)));
    Architecture regularized = network.withKernelL2(0.125);
    List<Regularizer> found = regularized.trained().stream().map(Variable::regularizer).toList();
    Regularizer l2 = new Regularizer(0, 0.125);
    Regularizer none = Regularizer.NONE;
    assertEquals(
        List.of(l2, none, l2, none, l2, l2, none, new Regularizer(0.5, 0.125), both, l2, none),
        found);
    assertEquals(both, regularized.layers().get(4).activityRegularizer());
    assertEquals(network.withKernelL2(0), regularized.withKernelL2(0));
    Architecture preset = Presets.mlp(Shape.of(4, 4), 3, 0.5);
    assertEquals(preset, preset.withKernelL2(0.5).withKernelL2(0));
  }

  @Test
  void aLayerWhoseOutputsCostIsNotFusedWithAFunction() {
    KernelAndBias costly =
        KernelAndBias.STANDARD.with(
            new Penalties(List.of(), Regularizer.NONE, new Regularizer(1, 0)));
    Activation relu = new Activation("r", Function.RELU);
    assertTrue(new Dense("d", 3, Function.LINEAR).fused(relu).isPresent());
    assertFalse(new Dense("d", 3, Function.LINEAR, costly).fused(relu).isPresent());
  }

  /** What is frozen costs nothing, as in Keras; the outputs of a frozen layer do. */
  @Test
  void variablesThatDoNotTrainCostNothing() {
    Regularizer l2 = new Regularizer(0, 0.5);
    Architecture network = Presets.mlp(Shape.of(3, 3), 3, 0).withKernelL2(0.5);
    String first = network.layers().get(0).name();
    Architecture frozen = network.withFrozen(new TreeSet<>(Set.of(first)));
    float[] w = Batches.parameters(network, new Random(3));
    Batch batch = Batches.random(network, 4, new Random(4));
    double[] all = penalties(network, w, batch);
    double[] some = penalties(frozen, w, batch);
    double ofFirst = l2.penalty(w, 0, network.variables().get(0).get(0).size());
    assertEquals(all[0] - ofFirst, some[0], 1e-9);
    assertTrue(Arrays.stream(all).allMatch(each -> each == all[0]));
  }

  private static double[] penalties(Architecture network, float[] w, Batch batch) {
    Network bound = new Network(network, Kernels.named("ejml"), w);
    bound.predict(batch.inputs, 4);
    double[] penalties = new double[4];
    bound.penalties(4, penalties, 0);
    return penalties;
  }
}
