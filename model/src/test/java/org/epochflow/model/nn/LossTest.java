package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.epochflow.model.Golden;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.junit.jupiter.api.Test;

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
