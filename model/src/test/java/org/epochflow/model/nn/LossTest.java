package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.epochflow.model.Golden;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses and their gradients at the limits are Keras's. */
class LossTest {
  private static final Loss PLAIN = new Loss(false, 0, List.of());

  /** Keras divides by the sum before it clips; a softmax's output has sum 1. */
  @Test
  void lossesOfProbabilitiesAreKerasClippedOnes() throws IOException {
    for (JsonNode golden : Golden.read("losses.json").get("cases")) {
      float[] p = Golden.floats(golden.get("probabilities"));
      float sum = 0;
      for (float each : p) {
        sum += each;
      }
      for (int c = 0; c < p.length; c++) {
        p[c] /= sum;
      }
      float loss = PLAIN.of(p, 0, p.length, golden.get("label").intValue());
      assertEquals(golden.get("loss").floatValue(), loss, 1e-6f * Math.max(loss, 0.1f));
    }
    assertEquals(16.118095f, loss(0));
    assertEquals(1.1920929e-7f, loss(1), 1e-13f);
    assertTrue(Float.isNaN(loss(Float.NaN)));
  }

  private static float loss(float probability) {
    return PLAIN.of(new float[] {probability}, 0, 1, 0);
  }

  /** The loss is clipped as that of predictions is; the gradient, as in Keras's fit, is not. */
  @Test
  void theGradientOfALostExampleIsWhole() throws IOException {
    Architecture architecture =
        new Architecture("bias", Shape.of(1), List.of(new Dense("d", 3, Function.SOFTMAX)));
    for (JsonNode golden : Golden.read("losses.json").get("models")) {
      float[] w = new float[6];
      System.arraycopy(Golden.floats(golden.get("logits")), 0, w, 3, 3);
      byte[] label = {(byte) golden.get("label").intValue()};
      Batch batch = Batches.of(new Examples(new byte[1], label, new long[1]), 1);
      float[] gradient = new float[6];
      Tally tally =
          new Network(architecture, Kernels.named("ejml"), w).gradient(batch, 0, gradient);
      assertEquals(golden.get("loss_of_predicted").doubleValue(), tally.loss(), 1e-5);
      float[] expected = Golden.floats(golden.get("fit_logits_gradient"));
      for (int i = 0; i < 3; i++) {
        assertEquals(expected[i], gradient[3 + i], 1e-6f);
      }
    }
  }

  @Test
  void balancedWeightsAreScikitLearns() {
    Architecture four = Presets.softmax(Shape.of(2), 4);
    Loss.Settings asked = new Loss.Settings(0.1, Loss.Settings.BALANCED, null);
    assertTrue(asked.needsCounts());
    assertEquals(new Loss(false, 0.1, List.of()), asked.of(four));
    Loss.Settings known = asked.balancedBy(List.of(2L, 4L, 0L, 6L));
    assertEquals(new Loss(false, 0.1, List.of(2.0, 1.0, 1.0, 12 / 18.0)), known.of(four));
    assertEquals(false, known.needsCounts());
    assertEquals(known, known.balancedBy(List.of(2L, 4L, 0L, 6L)));
  }

  @Test
  void weightsThatAreTypedAreOfTheirLabels() {
    Architecture four = Presets.softmax(Shape.of(2), 4);
    String text = Loss.Settings.text(Map.of(3, 0.0, 1, 2.5e-4));
    assertEquals("1:2.5E-4,3:0.0", text);
    assertEquals(
        new Loss(false, 0, List.of(1.0, 2.5e-4, 1.0, 0.0)),
        new Loss.Settings(0, text, null).of(four));
  }

  @ParameterizedTest
  @ValueSource(strings = {"4:1", "1:-2", "1", "x:1", "", "1:1,", "1:1.2.3"})
  void weightsOfNoClassAreRefused(String text) {
    Architecture four = Presets.softmax(Shape.of(2), 4);
    assertThrows(IllegalArgumentException.class, () -> new Loss.Settings(0, text, null).of(four));
  }

  @Test
  void settingsThatDoNotGoTogetherAreRefused() {
    Architecture four = Presets.softmax(Shape.of(2), 4);
    List<Double> two = List.of(1.0, 2.0);
    assertThrows(IllegalArgumentException.class, () -> new Loss.Settings(0, "0:1", two));
    Loss.Settings few = new Loss.Settings(0, Loss.Settings.BALANCED, two);
    assertThrows(IllegalArgumentException.class, () -> few.of(four));
    assertThrows(IllegalArgumentException.class, () -> new Loss.Settings(1, null, null).of(four));
  }

  @Test
  void theFirstOfEqualProbabilitiesIsPredicted() {
    assertEquals(1, Network.largest(new float[] {9, 0, .4f, .4f, .2f}, 1, 4));
    assertEquals(0, Network.largest(new float[] {.5f, .5f}, 0, 2));
  }

  @Test
  void aNetworkThatIsLostHasNoLoss() {
    Architecture softmax = Presets.softmax(Shape.of(2), 3);
    float[] w = new float[softmax.parameterCount()];
    w[0] = Float.NaN;
    Batch batch = Batches.of(new Examples(new byte[4], new byte[2], new long[2]), 2);
    Tally tally = new Network(softmax, Kernels.named("ejml"), w).evaluate(batch);
    assertEquals(2, tally.nonFinite());
    assertTrue(Double.isNaN(tally.loss()));
  }
}
