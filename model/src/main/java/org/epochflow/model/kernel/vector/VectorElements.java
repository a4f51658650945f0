package org.epochflow.model.kernel.vector;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.I2F;
import static org.epochflow.model.kernel.vector.Lanes.BYTES;
import static org.epochflow.model.kernel.vector.Lanes.INTS;
import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.epochflow.model.kernel.Kernels.AdamStep;

/**
 * Operations on single values. Values after the last complete vector go through the same operations
 * one by one, so the position of a value does not show in its bits.
 */
final class VectorElements {
  private VectorElements() {}

  /**
   * {@code y = x'}, {@code x [rows x columns]} at {@code at}, {@code y} at {@code yAt} with rows
   * {@code ld} apart.
   */
  static void transpose(float[] x, int at, int rows, int columns, float[] y, int yAt, int ld) {
    int i = 0;
    for (; i + 8 <= rows; i += 8) {
      for (int j = 0; j < columns; j++) {
        int from = at + i * columns + j;
        int to = yAt + j * ld + i;
        y[to] = x[from];
        y[to + 1] = x[from + columns];
        y[to + 2] = x[from + 2 * columns];
        y[to + 3] = x[from + 3 * columns];
        y[to + 4] = x[from + 4 * columns];
        y[to + 5] = x[from + 5 * columns];
        y[to + 6] = x[from + 6 * columns];
        y[to + 7] = x[from + 7 * columns];
      }
    }
    for (; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        y[yAt + j * ld + i] = x[at + i * columns + j];
      }
    }
  }

  /** Copies rows of {@code columns} values to where they are {@code room} values apart. */
  static void widen(float[] x, int at, int rows, int columns, float[] y, int to, int room) {
    if (columns == room) {
      System.arraycopy(x, at, y, to, rows * room);
      return;
    }
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        y[to + i * room + j] = x[at + i * columns + j];
      }
    }
  }

  /** Copies them back; each value becomes the sum of {@code each} that follow one another. */
  static void narrow(
      float[] x, int at, int rows, int room, int each, int columns, float[] y, int to) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int from = at + i * room + j * each;
        float sum = x[from];
        for (int k = 1; k < each; k++) {
          sum += x[from + k];
        }
        y[to + i * columns + j] = sum;
      }
    }
  }

  /**
   * Adds the rows of {@code y [rows x columns]} at {@code yAt} to {@code sum}, from the first to
   * the last, in the columns {@code from} to {@code to}.
   */
  static void addRows(
      float[] y, int yAt, int rows, int columns, int from, int to, float[] sum, int at) {
    int j = from;
    for (; j <= to - 2 * LENGTH; j += 2 * LENGTH) {
      FloatVector sum0 = load(sum, at + j);
      FloatVector sum1 = load(sum, at + j + LENGTH);
      for (int row = 0; row < rows; row++) {
        sum0 = sum0.add(load(y, yAt + row * columns + j));
        sum1 = sum1.add(load(y, yAt + row * columns + j + LENGTH));
      }
      sum0.intoArray(sum, at + j);
      sum1.intoArray(sum, at + j + LENGTH);
    }
    for (; j <= to - LENGTH; j += LENGTH) {
      FloatVector s = load(sum, at + j);
      for (int row = 0; row < rows; row++) {
        s = s.add(load(y, yAt + row * columns + j));
      }
      s.intoArray(sum, at + j);
    }
    for (; j < to; j++) {
      float s = sum[at + j];
      for (int row = 0; row < rows; row++) {
        s += y[yAt + row * columns + j];
      }
      sum[at + j] = s;
    }
  }

  static void relu(float[] y, int from, int to) {
    int i = from;
    FloatVector zero = all(0);
    for (; i <= to - LENGTH; i += LENGTH) {
      FloatVector value = load(y, i);
      value.blend(zero, value.compare(VectorOperators.LE, zero)).intoArray(y, i);
    }
    for (; i < to; i++) {
      y[i] = y[i] <= 0 ? 0 : y[i];
    }
  }

  static void reluGradient(float[] y, float[] dy, int from, int to) {
    int i = from;
    FloatVector zero = all(0);
    for (; i <= to - LENGTH; i += LENGTH) {
      zero.blend(load(dy, i), load(y, i).compare(VectorOperators.GT, zero)).intoArray(dy, i);
    }
    for (; i < to; i++) {
      dy[i] = y[i] > 0 ? dy[i] : 0;
    }
  }

  static void normalize(byte[] pixels, int from, int length, float divisor, float[] x, int to) {
    int i = 0;
    FloatVector by = all(divisor);
    for (; i <= length - BYTES.length(); i += LENGTH) {
      ByteVector bytes = ByteVector.fromArray(BYTES, pixels, from + i);
      IntVector unsigned = ((IntVector) bytes.convertShape(B2I, INTS, 0)).and(0xff);
      ((FloatVector) unsigned.convert(I2F, 0)).div(by).intoArray(x, to + i);
    }
    for (; i < length; i++) {
      x[to + i] = (pixels[from + i] & 0xff) / divisor;
    }
  }

  static void axpy(float a, float[] x, int at, float[] y, int from, int to) {
    int i = from;
    int shift = at - from;
    FloatVector factor = all(a);
    for (; i <= to - LENGTH; i += LENGTH) {
      factor.fma(load(x, shift + i), load(y, i)).intoArray(y, i);
    }
    for (; i < to; i++) {
      y[i] = Math.fma(a, x[shift + i], y[i]);
    }
  }

  /** The bits of the largest float below a positive one. */
  private static IntVector bitsBelow(float value) {
    return IntVector.broadcast(INTS, Float.floatToRawIntBits(value) - 1);
  }

  /**
   * @param g the gradient, from {@code at}
   */
  static void adam(float[] w, int from, int to, float[] g, int at, AdamStep step) {
    float[] m = step.m();
    float[] v = step.v();
    int i = from;
    int shift = at - from;
    FloatVector c1 = all(step.oneMinusBeta1());
    FloatVector c2 = all(step.oneMinusBeta2());
    FloatVector rate = all(step.rate());
    FloatVector epsilon = all(step.epsilon());
    IntVector magnitude = IntVector.broadcast(INTS, Integer.MAX_VALUE);
    IntVector belowRoot = bitsBelow(AdamStep.LEAST_ROOT);
    IntVector belowFirst = bitsBelow(AdamStep.LEAST_FIRST);
    IntVector belowSecond = bitsBelow(Float.MIN_NORMAL);
    for (; i <= to - LENGTH; i += LENGTH) {
      FloatVector gi = load(g, shift + i);
      FloatVector mi = load(m, i);
      FloatVector vi = load(v, i);
      // AdamStep.first, square and second by the bits, as masks take longer; and here, as C2 does
      // not always inline what is called. It inlines little more than there is.
      IntVector gBits = gi.reinterpretAsInts();
      IntVector gKept = belowRoot.sub(gBits.and(magnitude)).lanewise(ASHR, 31);
      FloatVector root = gBits.and(gKept).reinterpretAsFloats();
      IntVector mBits = gi.sub(mi).fma(c1, mi).reinterpretAsInts();
      IntVector vBits = root.mul(root).sub(vi).fma(c2, vi).reinterpretAsInts();
      IntVector mKept = belowFirst.sub(mBits.and(magnitude)).lanewise(ASHR, 31);
      IntVector vKept = belowSecond.sub(vBits.and(magnitude)).lanewise(ASHR, 31);
      mi = mBits.and(mKept).reinterpretAsFloats();
      vi = vBits.and(vKept).reinterpretAsFloats();
      mi.intoArray(m, i);
      vi.intoArray(v, i);
      FloatVector change = rate.mul(mi).div(vi.sqrt().add(epsilon));
      load(w, i).sub(change).intoArray(w, i);
    }
    for (; i < to; i++) {
      float gi = g[shift + i];
      m[i] = AdamStep.first(Math.fma(gi - m[i], step.oneMinusBeta1(), m[i]));
      v[i] = AdamStep.second(Math.fma(AdamStep.square(gi) - v[i], step.oneMinusBeta2(), v[i]));
      w[i] -= step.rate() * m[i] / ((float) Math.sqrt(v[i]) + step.epsilon());
    }
  }
}
