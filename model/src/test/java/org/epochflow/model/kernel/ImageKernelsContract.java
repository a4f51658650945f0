package org.epochflow.model.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.Golden;
import org.junit.jupiter.api.Test;

/** The part of {@link KernelsContract} that is about images. */
abstract class ImageKernelsContract extends ConvolutionKernelsContract {
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
