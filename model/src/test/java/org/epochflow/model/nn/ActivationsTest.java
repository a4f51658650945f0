package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.regularization.Dropout;
import org.junit.jupiter.api.Test;

/** Tests {@link Activations}. */
class ActivationsTest {
  private static final Shape IMAGE = Shape.of(28, 28, 1);
  private static final Kernels EJML = Kernels.named("ejml");

  @Test
  void theLastLayerGivesWhatTheNetworkPredicts() {
    for (Architecture network :
        List.of(
            Presets.softmax(Shape.of(28, 28), 10),
            Presets.mlp(Shape.of(28, 28), 10, 0.25),
            Presets.cnn(IMAGE, 10, 0.2, Padding.VALID, 0.25))) {
      float[] parameters = network.initialParameters(3);
      float[] x = example();

      List<Activations.Output> outputs = Activations.of(network, EJML, parameters, x);

      assertEquals(network.layers(), outputs.stream().map(Activations.Output::layer).toList());
      assertArrayEquals(
          new Network(network, EJML, parameters).predict(x, 1),
          outputs.get(outputs.size() - 1).values());
    }
  }

  @Test
  void eachLayerHasItsShapeAndReluNothingBelowZero() {
    Architecture network = Presets.mlp(Shape.of(28, 28), 10, 0.25);
    List<Activations.Output> outputs =
        Activations.of(network, EJML, network.initialParameters(3), example());

    for (int i = 0; i < outputs.size(); i++) {
      Activations.Output output = outputs.get(i);
      assertEquals(network.shapes().get(i + 1), output.shape());
      assertEquals(output.shape().size(), output.values().length);
      if (output.layer() instanceof Activation) {
        assertTrue(least(output.values()) >= 0, output.layer().name());
      } else if (output.layer() instanceof Dense) {
        assertTrue(least(output.values()) < 0, "before relu: " + output.layer().name());
      } else if (output.layer() instanceof Dropout) {
        assertArrayEquals(outputs.get(i - 1).values(), output.values());
      }
    }
  }

  private static double least(float[] values) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[0];
  }

  private static float[] example() {
    Random random = new Random(1);
    float[] x = new float[IMAGE.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextFloat();
    }
    return x;
  }
}
