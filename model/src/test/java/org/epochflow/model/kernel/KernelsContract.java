package org.epochflow.model.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.random.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every implementation of {@link Kernels} does: the formulas, to the last digits of float32,
 * at sizes that fill no vector or tile.
 *
 * <p>Outputs begin as NaN and arrays are longer than their matrices, so a value that is not written
 * or that is read from outside is seen.
 */
abstract class KernelsContract extends AdamKernelsContract {
  /** A dense layer on a batch. */
  record DenseSizes(int batch, int inputs, int units, boolean biased) {
    int parameters() {
      return (biased ? inputs + 1 : inputs) * units;
    }
  }

  static Stream<DenseSizes> denseSizes() {
    return IntStream.of(1, 2, 3, 33)
        .boxed()
        .flatMap(
            batch ->
                Stream.of(1, 7, 10, 16, 17, 200)
                    .flatMap(
                        units ->
                            Stream.of(1, 9, 64, 129)
                                .flatMap(inputs -> sizes(batch, inputs, units))));
  }

  private static Stream<DenseSizes> sizes(int batch, int inputs, int units) {
    return Stream.of(true, false).map(biased -> new DenseSizes(batch, inputs, units, biased));
  }

  @ParameterizedTest
  @MethodSource("denseSizes")
  void denseIsTheFormula(DenseSizes s) {
    FMatrixRMaj x = Tensors.random(s.batch, s.inputs, random);
    float[] w = Tensors.vector(AT, s.parameters(), random);
    FMatrixRMaj y = Tensors.dirty(s.batch, s.units);
    kernels.dense(x, w, AT, s.biased, false, y);
    NaiveKernels.dense(x, w, AT, s.biased, s.units).assertClose(y.data, 0);
    kernels.dense(x, w, AT, s.biased, true, y);
    NaiveKernels.dense(x, w, AT, s.biased, s.units).relu().assertClose(y.data, 0);
  }

  @ParameterizedTest
  @MethodSource("denseSizes")
  void denseGradientsAreTheFormula(DenseSizes s) {
    FMatrixRMaj x = Tensors.random(s.batch, s.inputs, random);
    FMatrixRMaj dy = Tensors.random(s.batch, s.units, random);
    float[] w = Tensors.vector(AT, s.parameters(), random);
    float[] gradient = Tensors.dirty(w.length);
    kernels.denseGradient(x, dy, gradient, AT, s.biased);
    NaiveKernels.denseGradient(x, dy, s.biased).assertClose(gradient, AT);
    assertUntouchedOutside(gradient, s.parameters());
    FMatrixRMaj dx = Tensors.dirty(s.batch, s.inputs);
    kernels.denseInputGradient(dy, w, AT, s.biased, dx);
    NaiveKernels.denseInputGradient(dy, w, AT, s.inputs).assertClose(dx.data, 0);
  }

  /** To the bits: so a step does not depend on whether the gradient was ever all there. */
  @ParameterizedTest
  @MethodSource("denseSizes")
  void anUpdateOfADenseLayerIsItsGradientAndAStep(DenseSizes s) {
    FMatrixRMaj x = Tensors.random(s.batch, s.inputs, random);
    FMatrixRMaj dy = Tensors.random(s.batch, s.units, random);
    float[] w = Tensors.vector(AT, s.parameters(), random);
    float[] m = Tensors.vector(AT, s.parameters(), random);
    float[] v = Tensors.vector(AT, s.parameters(), random);
    for (int i = AT; i < AT + s.parameters(); i++) {
      v[i] *= v[i];
    }
    float[] gradient = Tensors.dirty(w.length);
    kernels.denseGradient(x, dy, gradient, AT, s.biased);
    float[][] expected = {w.clone(), m.clone(), v.clone()};
    Kernels.AdamStep apart = step(expected[1], expected[2]);
    kernels.adam(expected[0], AT, AT + s.parameters(), gradient, AT, apart);
    Kernels.AdamStep step = step(m, v);
    Update update = (own, all, from, to, g, at) -> own.adam(all, from, to, g, at, step);
    kernels.denseUpdate(x, dy, w, Tensors.dirty(w.length), AT, s.biased, update);
    assertArrayEquals(expected, new float[][] {w, m, v});
  }

  @Test
  void reluGradientIsZeroWhereNothingCameThrough() {
    for (int size : new int[] {1, 7, 16, 33}) {
      FMatrixRMaj y = Tensors.ties(2, size, random);
      FMatrixRMaj dy = Tensors.random(2, size, random);
      y.data[0] = -0f;
      dy.data[0] = Float.NaN;
      float[] expected = Tensors.values(dy);
      for (int i = 0; i < expected.length; i++) {
        expected[i] = y.data[i] > 0 ? expected[i] : 0;
      }
      kernels.reluGradient(y, dy);
      assertArrayEquals(expected, Tensors.values(dy));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 15, 16, 17, 784})
  void bytesAreUnsignedAndDivided(int size) {
    byte[] pixels = new byte[size + 300];
    random.nextBytes(pixels);
    for (float divisor : new float[] {1, 255, 0.3f}) {
      float[] x = Tensors.dirty(size + 2 * AT);
      kernels.normalize(pixels, 3, size, divisor, x, AT);
      for (int i = 0; i < size; i++) {
        assertEquals((pixels[3 + i] & 0xff) / divisor, x[AT + i]);
      }
      assertUntouchedOutside(x, size);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 31, 32, 33, 100, 390})
  void valuesAreKeptWhereTheirBitsOfTheStreamReachTheThreshold(int size) {
    for (int threshold : new int[] {0, 1, 16384, 32768, 40000, 65535, 65536}) {
      for (int room : new int[] {0, 5, 64}) {
        long stream = random.nextLong();
        short[] kept = new short[AT + size + 100];
        Arrays.fill(kept, (short) 7);
        kernels.keep(stream, threshold, kept, AT, AT + size, AT + size + room);
        for (int i = 0; i < size; i++) {
          long bits = (CounterRandom.at(stream, i / 4) >>> (16 * (i % 4))) & 0xffff;
          assertEquals(bits >= threshold ? -1 : 0, kept[AT + i], "value " + i);
        }
        for (int i = 0; i < kept.length; i++) {
          assertTrue((i >= AT && i < AT + size + room) || kept[i] == 7, "value " + i);
        }
      }
    }
  }

  @Test
  void droppedValuesAreZeroAndTheOthersScaled() {
    for (int size : new int[] {1, 7, 16, 33}) {
      FMatrixRMaj x = Tensors.random(2, size, random);
      x.data[0] = Float.NaN;
      x.data[size] = -0f;
      short[] kept = new short[2 * size + 1];
      for (int i = 0; i < kept.length; i++) {
        kept[i] = (short) -random.nextInt(2);
      }
      float[] expected = Tensors.values(x);
      for (int i = 0; i < expected.length; i++) {
        expected[i] = kept[i] == -1 ? 1.25f * expected[i] : 0;
      }
      kernels.dropout(kept, 1.25f, x, x);
      assertArrayEquals(expected, Tensors.values(x));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 10, 16, 17, 200})
  void softmaxIsTheFormula(int classes) {
    FMatrixRMaj x = Tensors.random(33, classes, random);
    for (int i = 0; i < x.getNumElements(); i++) {
      x.data[i] *= 20;
    }
    double[] expected = Arrays.stream(doubles(x)).map(Math::exp).toArray();
    kernels.softmax(x);
    for (int row = 0; row < 33; row++) {
      int from = row * classes;
      double sum = Arrays.stream(expected, from, from + classes).sum();
      for (int i = from; i < from + classes; i++) {
        assertEquals(expected[i] / sum, x.data[i], 3e-6 * expected[i] / sum);
      }
    }
  }

  private static double[] doubles(FMatrixRMaj x) {
    return IntStream.range(0, x.getNumElements()).mapToDouble(i -> x.data[i]).toArray();
  }

  @Test
  void softmaxOfFarLogitsDoesNotOverflow() {
    FMatrixRMaj x = Tensors.of(3, 1e4f, -1e4f, 0, 88, 89, 90, -1e30f, -1e30f, -1e30f);
    kernels.softmax(x);
    float[] expected = {1, 0, 0, .09003057f, .24472848f, .66524094f, 1 / 3f, 1 / 3f, 1 / 3f};
    assertArrayEquals(expected, Tensors.values(x), 1e-6f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 16, 17, 1000})
  void axpyIsTheFormula(int size) {
    float[] x = Arrays.copyOf(Tensors.vector(0, size, random), size);
    float[] y = Arrays.copyOf(Tensors.vector(0, size, random), size);
    Sums expected = new Sums(size);
    for (int i = 0; i < size; i++) {
      expected.add(i, y[i]);
      expected.add(i, -0.3f * (double) x[i]);
    }
    kernels.axpy(-0.3f, x, 0, y, 0, size);
    expected.assertClose(y, 0);
  }

  /** A network that diverged must not look well: the loss has to see it. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void notANumberComesThroughEveryLayer(boolean relu) {
    for (int units : new int[] {1, 16, 17}) {
      FMatrixRMaj x = Tensors.random(3, 5, random);
      float[] w = Tensors.vector(0, 6 * units, random);
      x.set(1, 2, Float.NaN);
      x.set(1, 3, 0);
      FMatrixRMaj y = Tensors.dirty(3, units);
      kernels.dense(x, w, 0, true, relu, y);
      assertNaNInRowAlone(y, 1);
      kernels.softmax(y);
      assertNaNInRowAlone(y, 1);

      Convolution sizes = new Convolution(1, 1, 5, 1, 1, 0, 0, 1, 1, units);
      kernels.convolve(sizes, x, w, 0, relu, y);
      assertNaNInRowAlone(y, 1);
      FMatrixRMaj pooled = Tensors.dirty(3, units);
      kernels.maxPool(pooling(1, 1, units, 1, 1, 1), y, pooled);
      assertNaNInRowAlone(pooled, 1);
    }
  }

  private static void assertNaNInRowAlone(FMatrixRMaj y, int row) {
    for (int i = 0; i < y.getNumElements(); i++) {
      assertEquals(i / y.numCols == row, Float.isNaN(y.data[i]), "value " + i);
    }
  }

  /** A weight that is lost is lost for every example, whether its input is 0 or not. */
  @Test
  void aWeightThatIsNotANumberIsSeenBehindAnInputOfZero() {
    float[] w = Tensors.vector(0, 6 * 17, random);
    w[2 * 17 + 4] = Float.NaN;
    FMatrixRMaj x = Tensors.random(3, 5, random);
    x.set(0, 2, 0);
    FMatrixRMaj y = Tensors.dirty(3, 17);
    kernels.dense(x, w, 0, true, true, y);
    FMatrixRMaj convolved = Tensors.dirty(3, 17);
    kernels.convolve(new Convolution(1, 1, 5, 1, 1, 0, 0, 1, 1, 17), x, w, 0, true, convolved);
    for (int i = 0; i < y.getNumElements(); i++) {
      assertEquals(i % 17 == 4, Float.isNaN(y.data[i]));
      assertEquals(i % 17 == 4, Float.isNaN(convolved.data[i]));
    }
  }

  /** Scratch memory of one call never shows in the next. */
  @Test
  void aUsedInstanceGivesTheBitsOfANewOne() {
    for (int trial = 0; trial < 40; trial++) {
      long seed = trial;
      assertArrayEquals(
          everything(create(), new Random(seed)), everything(kernels, new Random(seed)));
    }
  }

  /** One result after the other, of random sizes. */
  static float[] everything(Kernels kernels, Random random) {
    int batch = 1 + random.nextInt(40);
    int channels = 1 + random.nextInt(9);
    int filters = 1 + random.nextInt(20);
    int[] apart = new int[4];
    Arrays.setAll(apart, i -> 1 + random.nextInt(2));
    boolean same = random.nextBoolean();
    boolean biased = random.nextBoolean();
    int height = 1 + random.nextInt(3);
    int width = 1 + random.nextInt(3);
    Convolution s = size(height, width, apart, same, channels, filters, biased);
    FMatrixRMaj x = Tensors.random(batch, s.height() * s.width() * channels, random);
    float[] w = Tensors.vector(0, NaiveKernels.parameters(s, false), random);
    FMatrixRMaj y = Tensors.dirty(batch, s.positions() * filters);
    FMatrixRMaj dx = Tensors.dirty(batch, x.numCols);
    float[] gradient = new float[w.length];
    kernels.convolve(s, x, w, 0, true, y);
    kernels.convolveGradient(s, x, y, gradient, 0);
    kernels.convolveInputGradient(s, y, w, 0, dx);
    int each = 1 + random.nextInt(2);
    Convolution d = size(height, width, apart, same, channels, each * channels, biased);
    float[] own = Tensors.vector(0, NaiveKernels.parameters(d, true), random);
    FMatrixRMaj z = Tensors.dirty(batch, d.positions() * d.filters());
    float[] ownGradient = new float[own.length];
    kernels.convolveDepthwise(d, dx, own, 0, true, z);
    kernels.convolveDepthwiseGradient(d, dx, z, ownGradient, 0);
    kernels.convolveDepthwiseInputGradient(d, z, own, 0, dx);

    float[] dense = Tensors.vector(0, (dx.numCols + 1) * filters, random);
    FMatrixRMaj logits = Tensors.dirty(batch, filters);
    float[] denseGradient = new float[(dx.numCols + 1) * filters];
    kernels.dense(dx, dense, 0, true, false, logits);
    kernels.denseGradient(dx, logits, denseGradient, 0, true);
    kernels.denseInputGradient(logits, dense, 0, true, x);
    Channels byFilter =
        new Channels(
            Arrays.copyOf(denseGradient, filters),
            Arrays.copyOf(dense, filters),
            Arrays.copyOf(w, filters));
    float[] channelwise = channelwise(kernels, byFilter, y);
    kernels.softmax(logits);
    float[] w2 = new float[denseGradient.length];
    kernels.axpy(0.3f, denseGradient, 0, w2, 0, w2.length);
    float[] m = new float[w2.length];
    float[] v = new float[w2.length];
    kernels.adam(w2, 0, w2.length, denseGradient, 0, step(m, v));
    return concat(
        w2,
        m,
        v,
        Tensors.values(y),
        Tensors.values(dx),
        gradient,
        Tensors.values(z),
        ownGradient,
        Tensors.values(logits),
        denseGradient,
        Tensors.values(x),
        channelwise);
  }

  private static float[] channelwise(Kernels kernels, Channels by, FMatrixRMaj y) {
    int channels = by.scale().length;
    FMatrixRMaj normal = Tensors.dirty(y.numRows, y.numCols);
    float[] moments = new float[2 * y.numRows * channels];
    float[] sums = new float[2 * y.numRows * channels];
    kernels.moments(y, channels, moments);
    kernels.affineSums(by, true, y, y, sums);
    kernels.affine(y, by, true, normal);
    kernels.affineGradient(by.scale(), by, y, normal, normal);
    return concat(moments, sums, Tensors.values(normal));
  }

  private static float[] concat(float[]... parts) {
    float[] all = new float[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
