package org.epochflow.model.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The part of {@link KernelsContract} that is about images. */
abstract class ImageKernelsContract extends ConvolutionKernelsContract {
  static Stream<Pooling> poolings() {
    int[][] windows = {
      {2, 2, 2}, {2, 2, 1}, {3, 3, 2}, {3, 3, 1}, {3, 3, 3}, {1, 2, 1}, {3, 2, 2}, {1, 1, 2}
    };
    return Arrays.stream(windows)
        .flatMap(
            w ->
                Stream.of(1, 3, 16, 33).map(channels -> pooling(8, 7, channels, w[0], w[1], w[2])));
  }

  static Pooling pooling(int height, int width, int channels, int h, int w, int stride) {
    return new Pooling(
        height,
        width,
        channels,
        h,
        w,
        stride,
        stride,
        (height - h) / stride + 1,
        (width - w) / stride + 1);
  }

  @ParameterizedTest
  @MethodSource("poolings")
  void poolingTakesTheLargestAndItsGradientGoesToTheFirstOfThem(Pooling s) {
    for (int batch : new int[] {1, 3}) {
      int inputs = s.height() * s.width() * s.channels();
      for (FMatrixRMaj x :
          new FMatrixRMaj[] {
            Tensors.random(batch, inputs, random), Tensors.ties(batch, inputs, random)
          }) {
        int outputs = s.outHeight() * s.outWidth() * s.channels();
        FMatrixRMaj y = Tensors.dirty(batch, outputs);
        kernels.maxPool(s, x, y);
        int[] largest = NaiveKernels.largest(s, x);
        FMatrixRMaj dy = Tensors.random(batch, outputs, random);
        Sums expected = new Sums(batch * inputs);
        for (int i = 0; i < largest.length; i++) {
          assertEquals(x.data[largest[i]], y.data[i]);
          expected.add(largest[i], dy.data[i]);
        }
        FMatrixRMaj dx = Tensors.dirty(batch, inputs);
        kernels.maxPoolGradient(s, x, y, dy, dx);
        expected.assertClose(dx.data, 0);
      }
    }
  }

  @Test
  void tiesOfPoolingAreKeras() throws IOException {
    for (JsonNode tie : Golden.read("pooling-ties.json").get("cases")) {
      JsonNode input = tie.get("input");
      int pool = tie.get("pool_size").intValue();
      int channels = input.get(0).get(0).size();
      Pooling s =
          pooling(
              input.size(),
              input.get(0).size(),
              channels,
              pool,
              pool,
              tie.get("strides").intValue());
      FMatrixRMaj x = Tensors.of(1, Golden.floats(input));
      float[] output = Golden.floats(tie.get("output"));
      FMatrixRMaj y = Tensors.dirty(1, output.length);
      kernels.maxPool(s, x, y);
      assertArrayEquals(output, Tensors.values(y));
      FMatrixRMaj dx = Tensors.dirty(1, x.numCols);
      FMatrixRMaj dy = Tensors.of(1, Golden.floats(tie.get("output_gradient")));
      kernels.maxPoolGradient(s, x, y, dy, dx);
      assertArrayEquals(Golden.floats(tie.get("input_gradient")), Tensors.values(dx), 1e-6f);
    }
  }

  @Test
  void theCoursesConvolutionIsNotFlipped() {
    float[] x = {
      .6f, .4f, .1f, .2f, .2f, .2f, .3f, .8f, .5f, .3f, .1f, .9f, .6f, 0, .1f, .4f, .2f, .1f, 0, 0,
      .5f, .1f, 0, .1f, .3f
    };
    float[] w = {0, -1, 0, -1, 5, -1, 0, -1, 0, 0};
    Convolution s = new Convolution(5, 5, 1, 3, 3, 0, 0, 3, 3, 1);
    FMatrixRMaj y = Tensors.dirty(1, 9);
    kernels.convolve(s, Tensors.of(1, x), w, 0, false, y);
    float[] convolved = {-.8f, 2.5f, 1.2f, 3.3f, 1.2f, -1.2f, -.5f, -.3f, -.2f};
    assertArrayEquals(convolved, Tensors.values(y), 1e-6f);
    kernels.convolve(s, Tensors.of(1, x), w, 0, true, y);
    assertArrayEquals(
        new float[] {0, 2.5f, 1.2f, 3.3f, 1.2f, 0, 0, 0, 0}, Tensors.values(y), 1e-6f);
    FMatrixRMaj pooled = Tensors.dirty(1, 4);
    kernels.maxPool(pooling(3, 3, 1, 2, 2, 1), y, pooled);
    assertArrayEquals(new float[] {3.3f, 2.5f, 3.3f, 1.2f}, Tensors.values(pooled), 1e-6f);
  }

  @Test
  void theCoursesConvolutionIsKerasAtEveryPaddingAndStride() throws IOException {
    JsonNode worked = Golden.read("worked-convolution.json");
    FMatrixRMaj x = Tensors.of(1, Golden.floats(worked.get("input")));
    float[] w = Arrays.copyOf(Golden.floats(worked.get("kernel")), 10);
    for (JsonNode step : worked.get("cases")) {
      w[9] = step.get("bias").floatValue();
      int pad = step.get("padding").asText().equals("same") ? 1 : 0;
      int side = 3 + 2 * pad;
      Convolution s = new Convolution(5, 5, 1, 3, 3, pad, pad, side, side, 1);
      FMatrixRMaj y = Tensors.dirty(1, side * side);
      kernels.convolve(s, x, w, 0, false, y);
      assertArrayEquals(Golden.floats(step.get("convolved")), Tensors.values(y), 1e-6f);
      kernels.convolve(s, x, w, 0, true, y);
      assertArrayEquals(Golden.floats(step.get("relu")), Tensors.values(y), 1e-6f);
      for (int stride = 1; stride <= 2; stride++) {
        float[] expected = Golden.floats(step.get("pool_2_stride_" + stride));
        FMatrixRMaj pooled = Tensors.dirty(1, expected.length);
        kernels.maxPool(pooling(side, side, 1, 2, 2, stride), y, pooled);
        assertArrayEquals(expected, Tensors.values(pooled), 1e-6f);
      }
    }
  }
}
