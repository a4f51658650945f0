package org.epochflow.model.kernel;

import java.util.List;
import java.util.Random;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Batch;
import org.epochflow.model.nn.Examples;
import org.epochflow.model.nn.Initializer;
import org.epochflow.model.nn.Network;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.activation.PReLU;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.convolution.DepthwiseConv2D;
import org.epochflow.model.nn.layer.convolution.SeparableConv2D;
import org.epochflow.model.nn.layer.convolution.Window;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.KernelAndBias;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.normalization.BatchNormalization;
import org.epochflow.model.nn.layer.normalization.LayerNormalization;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;
import org.epochflow.model.nn.layer.regularization.GaussianDropout;
import org.epochflow.model.nn.layer.regularization.GaussianNoise;
import org.epochflow.model.nn.layer.regularization.SpatialDropout2D;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.epochflow.model.optim.Adam;
import org.epochflow.model.optim.Sgd;

/**
 * Takes some training steps with the vector kernels and prints the result, a line for each network
 * and batch: the same lines on every JVM and at every width of its vectors.
 */
final class StepHashes {
  private static final int EXAMPLES = 40;

  private StepHashes() {}

  /** Networks whose sizes fill tiles and vectors, and do not. */
  private static List<Architecture> networks() {
    return List.of(
        Presets.softmax(Shape.of(28, 28, 1), 10),
        Presets.mlp(Shape.of(28, 28, 1), 10, 0.25),
        Presets.cnn(Shape.of(20, 22, 1), 10, 0.2, Padding.VALID, 1),
        Presets.cnn(Shape.of(14, 15, 1), 3, 0.2, Padding.SAME, 0.6),
        new Architecture(
            "awkward",
            Shape.of(9, 11, 3),
            List.of(
                new Conv2D("conv2d", 19, 5, 3, Padding.SAME, Function.RELU),
                new MaxPooling2D("max_pooling2d", 3, 2, 2, 1),
                new Conv2D("conv2d_1", 7, 1, 1, Padding.VALID, Function.LINEAR),
                new Flatten("flatten"),
                new Dense("dense", 5, Function.RELU),
                new Dense("dense_1", 4, Function.SOFTMAX))),
        new Architecture(
            "normalizing",
            Shape.of(9, 11, 3),
            List.of(
                new Conv2D("conv2d", 19, 3, 3, Padding.SAME, Function.SILU),
                new BatchNormalization("batch_normalization"),
                new Activation("relu", Function.RELU),
                new Conv2D("conv2d_1", 6, 3, 3, Padding.SAME, Function.GELU),
                new LayerNormalization("layer_normalization"),
                new GaussianNoise("gaussian_noise", 0.1),
                new Activation("softplus", Function.SOFTPLUS),
                new PReLU("p_re_lu", Initializer.ZEROS, List.of(1, 2)),
                new SpatialDropout2D("spatial_dropout2d", 0.3),
                new Activation("mish", Function.MISH),
                new Flatten("flatten"),
                new Dense("dense", 5, Function.TANH),
                new Dense("dense_1", 5, Function.SOFTMAX),
                new GaussianDropout("gaussian_dropout", 0.1),
                new Dense("dense_2", 4, Function.SOFTMAX))),
        new Architecture(
            "windows",
            Shape.of(13, 11, 3),
            List.of(
                convolution("conv2d", 19, new Window(4, 3, 2, 1, 1, 1, Padding.SAME)),
                new DepthwiseConv2D("depthwise_conv2d", 2, Window.of(3, 3, Padding.SAME)),
                new SeparableConv2D(
                    "separable_conv2d", 24, new Window(3, 2, 1, 2, 1, 1, Padding.SAME)),
                convolution("conv2d_1", 7, new Window(2, 2, 1, 1, 2, 3, Padding.SAME)),
                convolution("conv2d_2", 33, new Window(1, 1, 2, 2, 1, 1, Padding.VALID)),
                new Flatten("flatten"),
                new Dense("dense", 17, Function.RELU, KernelAndBias.STANDARD.withoutBias()),
                new Dense("dense_1", 4, Function.SOFTMAX))));
  }

  private static Conv2D convolution(String name, int filters, Window window) {
    return new Conv2D(name, filters, window, Function.RELU, KernelAndBias.STANDARD.withoutBias());
  }

  public static void main(String[] args) {
    for (Architecture network : networks()) {
      for (int batch : new int[] {1, 2, 7, 33}) {
        System.out.println(network.name() + " " + batch + " " + hash(network, batch));
      }
    }
  }

  private static String hash(Architecture architecture, int size) {
    float[] w = architecture.initialParameters(1);
    float[] m = new float[w.length];
    float[] v = new float[w.length];
    float[] gradient = new float[w.length];
    Kernels kernels = Kernels.named("vector");
    Network network = new Network(architecture, kernels, w);
    Examples examples = examples(architecture);
    Batch batch = new Batch(size, architecture.input().size());
    for (int step = 1; step <= 3; step++) {
      fill(batch, examples, step);
      network.step(batch, step, gradient, new Adam().step(List.of(m, v), 0.01, step));
    }
    network.step(batch, 0, gradient, new Sgd().step(List.of(), 0.1, 1));
    fill(batch, examples, 0);
    float[] result = {(float) network.evaluate(batch).loss()};
    return String.join(
        " ", ParametersHash.sha256(w), ParametersHash.sha256(v), ParametersHash.sha256(result));
  }

  private static void fill(Batch batch, Examples examples, int from) {
    batch.clear();
    for (int i = from; !batch.isFull(); i++) {
      batch.add(examples, i % EXAMPLES, Preprocessing.STANDARD);
    }
  }

  private static Examples examples(Architecture architecture) {
    Random random = new Random(5);
    byte[] pixels = new byte[EXAMPLES * architecture.input().size()];
    random.nextBytes(pixels);
    byte[] labels = new byte[EXAMPLES];
    long[] indices = new long[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      labels[i] = (byte) random.nextInt(architecture.classes());
      indices[i] = i;
    }
    return new Examples(pixels, labels, indices);
  }
}
