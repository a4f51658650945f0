package org.epochflow.model.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The part of {@link KernelsContract} that is about pooling. */
abstract class PoolingKernelsContract {
  final Kernels kernels = create();
  final Random random = new Random(42);

  abstract Kernels create();

  static Stream<Pooling> poolings() {
    int[][] windows = {
      {2, 2, 2}, {2, 2, 1}, {3, 3, 2}, {3, 3, 1}, {3, 3, 3}, {1, 2, 1}, {3, 2, 2}, {1, 1, 2},
      {2, 2, 3}, {2, 1, 4}
    };
    return Arrays.stream(windows)
        .flatMap(
            w ->
                Stream.of(1, 3, 16, 33)
                    .flatMap(
                        channels ->
                            Stream.of(
                                pooling(8, 7, channels, w[0], w[1], w[2]),
                                same(8, 7, channels, w[0], w[1], w[2], w[2]),
                                same(6, 9, channels, w[0], w[1], w[2], 1))));
  }

  /** Windows that are the image, larger than the image, and larger with a stride. */
  static Stream<Pooling> largePoolings() {
    return Stream.of(1, 16, 19)
        .flatMap(
            channels ->
                Stream.of(
                    pooling(4, 5, channels, 4, 5, 1),
                    same(4, 5, channels, 9, 12, 1, 1),
                    same(4, 5, channels, 9, 12, 2, 3)));
  }

  static Pooling pooling(int height, int width, int channels, int h, int w, int stride) {
    int rows = (height - h) / stride + 1;
    int columns = (width - w) / stride + 1;
    return new Pooling(height, width, channels, h, w, stride, stride, 0, 0, rows, columns);
  }

  /** As many windows as there are strides. */
  static Pooling same(int height, int width, int channels, int h, int w, int down, int right) {
    int rows = (height + down - 1) / down;
    int columns = (width + right - 1) / right;
    int top = Math.max(0, (rows - 1) * down + h - height) / 2;
    int left = Math.max(0, (columns - 1) * right + w - width) / 2;
    return new Pooling(height, width, channels, h, w, down, right, top, left, rows, columns);
  }

  private static int inputs(Pooling s) {
    return s.height() * s.width() * s.channels();
  }

  private static int outputs(Pooling s) {
    return s.outHeight() * s.outWidth() * s.channels();
  }

  @ParameterizedTest
  @MethodSource({"poolings", "largePoolings"})
  void maxPoolingTakesTheLargestAndItsGradientGoesToTheFirstOfThem(Pooling s) {
    for (int batch : new int[] {1, 3}) {
      for (FMatrixRMaj x :
          List.of(
              Tensors.random(batch, inputs(s), random), Tensors.ties(batch, inputs(s), random))) {
        FMatrixRMaj y = Tensors.dirty(batch, outputs(s));
        kernels.maxPool(s, x, y);
        int[] largest = NaivePooling.largest(s, x);
        FMatrixRMaj dy = Tensors.random(batch, outputs(s), random);
        Sums expected = new Sums(batch * inputs(s));
        for (int i = 0; i < largest.length; i++) {
          assertEquals(x.data[largest[i]], y.data[i]);
          expected.add(largest[i], dy.data[i]);
        }
        FMatrixRMaj dx = Tensors.dirty(batch, inputs(s));
        kernels.maxPoolGradient(s, x, y, dy, dx);
        expected.assertClose(dx.data, 0);
      }
    }
  }

  @ParameterizedTest
  @MethodSource({"poolings", "largePoolings"})
  void averagePoolingIsTheMeanOfWhatIsInsideTheImage(Pooling s) {
    for (int batch : new int[] {1, 3}) {
      FMatrixRMaj x = Tensors.random(batch, inputs(s), random);
      FMatrixRMaj y = Tensors.dirty(batch, outputs(s));
      kernels.averagePool(s, x, y);
      NaivePooling.average(s, x).assertClose(y.data, 0);
      FMatrixRMaj dy = Tensors.random(batch, outputs(s), random);
      FMatrixRMaj dx = Tensors.dirty(batch, inputs(s));
      kernels.averagePoolGradient(s, dy, dx);
      NaivePooling.averageGradient(s, dy).assertClose(dx.data, 0);
    }
  }

  /** So neither the width of vectors nor the number of threads shows, nor what is not a number. */
  @ParameterizedTest
  @MethodSource({"poolings", "largePoolings"})
  void poolingHasTheBitsOfTheReference(Pooling s) {
    FMatrixRMaj x = Tensors.ties(9, inputs(s), random);
    for (int i = 0; i < 9; i++) {
      x.data[random.nextInt(x.getNumElements())] = Float.NaN;
      x.data[random.nextInt(x.getNumElements())] = -0f;
    }
    FMatrixRMaj dy = Tensors.random(9, outputs(s), random);
    dy.data[0] = -0f;
    dy.data[1 % outputs(s)] = Float.NaN;
    assertArrayEquals(bits(Kernels.named("ejml"), s, x, dy), bits(kernels, s, x, dy));
  }

  private static int[] bits(Kernels kernels, Pooling s, FMatrixRMaj x, FMatrixRMaj dy) {
    FMatrixRMaj largest = Tensors.dirty(x.numRows, outputs(s));
    FMatrixRMaj means = Tensors.dirty(x.numRows, outputs(s));
    FMatrixRMaj first = Tensors.dirty(x.numRows, inputs(s));
    FMatrixRMaj second = Tensors.dirty(x.numRows, inputs(s));
    kernels.maxPool(s, x, largest);
    kernels.averagePool(s, x, means);
    kernels.maxPoolGradient(s, x, largest, dy, first);
    kernels.averagePoolGradient(s, dy, second);
    return Stream.of(largest, means, first, second)
        .map(Tensors::values)
        .flatMapToInt(
            values -> IntStream.range(0, values.length).map(i -> Float.floatToIntBits(values[i])))
        .toArray();
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
}
