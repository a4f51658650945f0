package org.epochflow.model.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The part of {@link KernelsContract} that is about channels, and e to the x. */
abstract class ChannelKernelsContract extends ImageKernelsContract {
  /** A batch of values by channel. */
  record ChannelSizes(int batch, int positions, int channels) {
    int columns() {
      return positions * channels;
    }
  }

  static Stream<ChannelSizes> channelSizes() {
    return Stream.of(1, 3)
        .flatMap(
            batch ->
                Stream.of(1, 2, 4, 7, 130)
                    .flatMap(
                        positions ->
                            Stream.of(1, 3, 16, 17, 33)
                                .map(channels -> new ChannelSizes(batch, positions, channels))));
  }

  private Channels channels(int count) {
    return new Channels(vector(count), vector(count), vector(count));
  }

  private float[] vector(int size) {
    return Arrays.copyOf(Tensors.vector(0, size, random), size);
  }

  @ParameterizedTest
  @MethodSource("channelSizes")
  void momentsAreMeansAndSquaredDeviations(ChannelSizes s) {
    FMatrixRMaj x = Tensors.random(s.batch, s.columns(), random);
    float[] moments = Tensors.dirty(2 * s.batch * s.channels + 1);
    kernels.moments(x, s.channels, moments);
    for (int row = 0; row < s.batch; row++) {
      for (int c = 0; c < s.channels; c++) {
        double mean = 0;
        double squares = 0;
        for (int p = 0; p < s.positions; p++) {
          mean += x.get(row, p * s.channels + c) / (double) s.positions;
        }
        for (int p = 0; p < s.positions; p++) {
          squares += Math.pow(x.get(row, p * s.channels + c) - mean, 2);
        }
        assertEquals(mean, moments[2 * row * s.channels + c], 1e-6);
        assertEquals(squares, moments[(2 * row + 1) * s.channels + c], 3e-6 * (1 + squares));
      }
    }
    assertTrue(Float.isNaN(moments[2 * s.batch * s.channels]));
  }

  /** As from a deviation that is small beside the mean. */
  @ParameterizedTest
  @ValueSource(ints = {3, 16})
  void deviationsFromALargeMeanAreExact(int channels) {
    FMatrixRMaj x = Tensors.dirty(1, 101 * channels);
    for (int i = 0; i < x.getNumElements(); i++) {
      x.data[i] = 10_000 + i / channels % 2;
    }
    float[] moments = new float[2 * channels];
    kernels.moments(x, channels, moments);
    for (int c = 0; c < channels; c++) {
      assertEquals(50 * 51 / 101.0, moments[channels + c], 1e-5);
    }
  }

  @ParameterizedTest
  @MethodSource("channelSizes")
  void affineIsTheFormula(ChannelSizes s) {
    FMatrixRMaj x = Tensors.random(s.batch, s.columns(), random);
    Channels by = channels(s.channels);
    FMatrixRMaj y = Tensors.dirty(s.batch, s.columns());
    kernels.affine(x, by, false, y);
    FMatrixRMaj relu = Tensors.dirty(s.batch, s.columns());
    kernels.affine(x, by, true, relu);
    for (int i = 0; i < x.getNumElements(); i++) {
      assertEquals(affine(by, x.data[i], i % s.channels), y.data[i], 1e-6);
      assertEquals(Math.max(y.data[i], 0), relu.data[i]);
    }
    kernels.affine(x, by, false, x);
    assertArrayEquals(Tensors.values(y), Tensors.values(x), "in place");
  }

  private static double affine(Channels by, double x, int c) {
    return (x - by.center()[c]) * by.scale()[c] + by.shift()[c];
  }

  @ParameterizedTest
  @MethodSource("channelSizes")
  void affineSumsAreOfWhatTheReluLetThrough(ChannelSizes s) {
    FMatrixRMaj x = Tensors.random(s.batch, s.columns(), random);
    Channels by = channels(s.channels);
    FMatrixRMaj y = Tensors.dirty(s.batch, s.columns());
    for (boolean relu : new boolean[] {false, true}) {
      FMatrixRMaj dy = Tensors.random(s.batch, s.columns(), random);
      kernels.affine(x, by, relu, y);
      float[] through = Tensors.values(dy);
      for (int i = 0; i < through.length; i++) {
        through[i] = relu && y.data[i] <= 0 ? 0 : through[i];
      }
      float[] found = Tensors.dirty(2 * s.batch * s.channels + 1);
      kernels.affineSums(by, relu, x, dy, found);
      assertArrayEquals(through, Tensors.values(dy));
      Sums sums = new Sums(2 * s.batch * s.channels);
      for (int i = 0; i < through.length; i++) {
        int c = i % s.channels;
        int at = 2 * (i / s.columns()) * s.channels + c;
        sums.add(at, through[i]);
        sums.add(at + s.channels, through[i] * ((double) x.data[i] - by.center()[c]));
      }
      sums.assertClose(found, 0);
      assertTrue(Float.isNaN(found[2 * s.batch * s.channels]));
    }
  }

  @ParameterizedTest
  @MethodSource("channelSizes")
  void affineGradientsAreTheFormula(ChannelSizes s) {
    FMatrixRMaj x = Tensors.random(s.batch, s.columns(), random);
    FMatrixRMaj dy = Tensors.random(s.batch, s.columns(), random);
    Channels by = channels(s.channels);
    float[] factor = vector(s.channels);
    FMatrixRMaj dx = Tensors.dirty(s.batch, s.columns());
    kernels.affineGradient(factor, by, x, dy, dx);
    for (int i = 0; i < x.getNumElements(); i++) {
      int c = i % s.channels;
      double expected = (double) factor[c] * dy.data[i] + affine(by, x.data[i], c);
      assertEquals(expected, dx.data[i], 1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 1000})
  void expIsTheFormula(int size) {
    float[] x = Tensors.vector(AT, size, random);
    for (int i = AT; i < AT + size; i++) {
      x[i] *= 80;
    }
    float[] y = Tensors.dirty(x.length);
    kernels.exp(x, y, AT, AT + size);
    assertUntouchedOutside(y, size);
    for (int i = AT; i < AT + size; i++) {
      double expected = StrictMath.exp(x[i]);
      assertEquals(expected, y[i], 1.5e-7 * expected);
    }
    kernels.exp(x, x, AT, AT + size);
    assertArrayEquals(y, x, "in place");
  }

  @Test
  void expAtItsLimits() {
    float inf = Float.POSITIVE_INFINITY;
    float[] limits = {0, 88.72f, 88.73f, 1e30f, -1e30f, -87, -103, -105, Float.NaN, inf, -inf};
    float[] x = new float[3 * limits.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = limits[i % limits.length];
    }
    kernels.exp(x, x, 0, x.length);
    for (int i = 0; i < x.length; i++) {
      float expected = (float) StrictMath.exp(limits[i % limits.length]);
      float off = Float.isFinite(expected) ? Math.ulp(expected) : 0;
      assertEquals(expected, x[i], off, "of " + limits[i % limits.length]);
    }
  }
}
