package org.epochflow.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.optim.Optimizers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How replicas share a process's threads. */
class LanesTest {
  @BeforeEach
  void kernelsShareTheirWork() {
    assumeTrue(Kernels.threads(Kernels.auto(), 8) == 8, "kernels that share their work");
  }

  private static Lanes of(String network, int batch, int replicas, int atOnce, int threads) {
    Shape image = Shape.of(28, 28, 1);
    TrainingConfig small = Configs.of(Presets.softmax(image, 10), Optimizers.DEFAULT, batch);
    return Lanes.of(
        new TrainingConfig(
            network.equals("softmax") ? Presets.softmax(image, 10) : Presets.mlp(image, 10, 0.25),
            Preprocessing.STANDARD,
            Kernels.auto(),
            1,
            1,
            batch,
            small.optimizer(),
            small.parallel(),
            small.learningRate(),
            small.stopping(),
            small.split(),
            small.classNames()),
        replicas,
        atOnce,
        threads);
  }

  @ParameterizedTest
  @CsvSource({
    // As many replicas at once as there are threads, or all of them on several threads each.
    "mlp, 128, 1, 8, 8, 1, 8",
    "mlp, 128, 2, 8, 8, 2, 4",
    "mlp, 128, 8, 8, 8, 8, 1",
    "mlp, 128, 64, 8, 8, 8, 1",
    // Three on two threads: one after the other on both, rather than two and then one.
    "mlp, 128, 3, 8, 2, 1, 2",
    "mlp, 128, 6, 8, 4, 2, 2",
    // Where only so many may train at once.
    "mlp, 128, 8, 2, 8, 2, 4",
    // Steps too small to be shared.
    "softmax, 2, 3, 8, 2, 2, 1",
    "softmax, 2, 1, 8, 8, 1, 1"
  })
  void theFastestAreChosen(
      String network, int batch, int replicas, int atOnce, int threads, int count, int each) {
    assertEquals(new Lanes(count, each), of(network, batch, replicas, atOnce, threads));
  }
}
