package org.epochflow.model.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.core.Padding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A classifier that has warmed up allocates no byte for an image or a batch. */
final class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Shape IMAGE = Shape.of(28, 28, 1);
  private static final int IMAGES = 3;
  private static final int CALLS = 200;

  /** For the JVM to compile the kernels, on machines that are busy with other things. */
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  static List<Architecture> presets() {
    return List.of(
        Presets.softmax(IMAGE, 10),
        Presets.mlp(IMAGE, 10, Presets.MLP_DROPOUT),
        Presets.cnn(IMAGE, 10, Presets.CNN_DROPOUT, Padding.VALID, 1));
  }

  @ParameterizedTest
  @MethodSource("presets")
  void anImageTakesNoMemory(Architecture preset) {
    Classifier classifier = classifier(preset);
    byte[] pixels = pixels(1);
    float[] probabilities = new float[10];
    assertNothing(() -> classifier.classify(pixels, probabilities));
  }

  @ParameterizedTest
  @MethodSource("presets")
  void aBatchTakesNoMemory(Architecture preset) {
    Classifier classifier = classifier(preset);
    byte[] pixels = pixels(IMAGES);
    int[] labels = new int[IMAGES];
    float[] probabilities = new float[IMAGES * 10];
    assertNothing(() -> classifier.classify(pixels, IMAGES, labels, probabilities));
  }

  private static Classifier classifier(Architecture network) {
    assumeTrue(Kernels.auto().equals("vector"), "needs the vectors' module");
    return Classifier.of(
        new SavedModel(
            network, Preprocessing.STANDARD, network.initialParameters(1), Optional.empty()));
  }

  private static byte[] pixels(int images) {
    byte[] pixels = new byte[images * IMAGE.size()];
    new Random(1).nextBytes(pixels);
    return pixels;
  }

  private static void assertNothing(Runnable call) {
    long begun = System.nanoTime();
    long bytes = 1;
    while (bytes > 0 && System.nanoTime() - begun < PATIENCE_NANOS) {
      bytes = allocated(call);
    }
    assertEquals(0, bytes, "bytes in " + CALLS + " calls, after warm-up");
  }

  private static long allocated(Runnable call) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < CALLS; i++) {
      call.run();
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
