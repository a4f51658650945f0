package org.epochflow.model.kernel.vector;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import jdk.incubator.vector.FloatVector;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Channels;

/**
 * What is done by channel, with vectors over the channels. A sum over an example's positions is
 * made of four, of every fourth position each; those after the last four go to the first. So its
 * bits do not depend on the width of the vectors.
 */
final class VectorChannels {
  private static final int CHAINS = 4;

  /** Positions that are gone through for one vector of channels after the other. */
  private static final int BLOCK = 64;

  private VectorChannels() {}

  /** Of the examples {@code first} to {@code last}: deviations from the first position's value. */
  static void moments(FMatrixRMaj x, int first, int last, int channels, float[] moments) {
    int positions = x.numCols / channels;
    int lanes = channels / LENGTH * LENGTH;
    for (int row = first; row < last; row++) {
      int from = row * x.numCols;
      int to = 2 * row * channels;
      for (int c = 0; c < lanes; c += LENGTH) {
        vectorMoments(x.data, from + c, positions, channels, moments, to + c);
      }
      for (int c = lanes; c < channels; c++) {
        scalarMoments(x.data, from + c, positions, channels, moments, to + c);
      }
    }
  }

  private static void vectorMoments(
      float[] x, int from, int positions, int channels, float[] moments, int to) {
    FloatVector origin = load(x, from);
    FloatVector s0 = all(0);
    FloatVector s1 = all(0);
    FloatVector s2 = all(0);
    FloatVector s3 = all(0);
    FloatVector q0 = all(0);
    FloatVector q1 = all(0);
    FloatVector q2 = all(0);
    FloatVector q3 = all(0);
    int at = from;
    int p = 0;
    for (; p <= positions - CHAINS; p += CHAINS) {
      FloatVector d0 = load(x, at).sub(origin);
      FloatVector d1 = load(x, at + channels).sub(origin);
      FloatVector d2 = load(x, at + 2 * channels).sub(origin);
      FloatVector d3 = load(x, at + 3 * channels).sub(origin);
      s0 = s0.add(d0);
      s1 = s1.add(d1);
      s2 = s2.add(d2);
      s3 = s3.add(d3);
      q0 = d0.fma(d0, q0);
      q1 = d1.fma(d1, q1);
      q2 = d2.fma(d2, q2);
      q3 = d3.fma(d3, q3);
      at += CHAINS * channels;
    }
    for (; p < positions; p++) {
      FloatVector d = load(x, at).sub(origin);
      s0 = s0.add(d);
      q0 = d.fma(d, q0);
      at += channels;
    }
    FloatVector sum = s0.add(s1).add(s2.add(s3));
    FloatVector mean = sum.div(positions);
    FloatVector squares = q0.add(q1).add(q2.add(q3)).sub(sum.mul(mean));
    origin.add(mean).intoArray(moments, to);
    squares.max(0f).intoArray(moments, to + channels);
  }

  private static void scalarMoments(
      float[] x, int from, int positions, int channels, float[] moments, int to) {
    float origin = x[from];
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float q0 = 0;
    float q1 = 0;
    float q2 = 0;
    float q3 = 0;
    int at = from;
    int p = 0;
    for (; p <= positions - CHAINS; p += CHAINS) {
      float d0 = x[at] - origin;
      float d1 = x[at + channels] - origin;
      float d2 = x[at + 2 * channels] - origin;
      float d3 = x[at + 3 * channels] - origin;
      s0 += d0;
      s1 += d1;
      s2 += d2;
      s3 += d3;
      q0 = Math.fma(d0, d0, q0);
      q1 = Math.fma(d1, d1, q1);
      q2 = Math.fma(d2, d2, q2);
      q3 = Math.fma(d3, d3, q3);
      at += CHAINS * channels;
    }
    for (; p < positions; p++) {
      float d = x[at] - origin;
      s0 += d;
      q0 = Math.fma(d, d, q0);
      at += channels;
    }
    float sum = s0 + s1 + (s2 + s3);
    float mean = sum / positions;
    moments[to] = origin + mean;
    moments[to + channels] = Math.max(q0 + q1 + (q2 + q3) - sum * mean, 0f);
  }

  /** See {@code Kernels.affine}, for whole positions. */
  static void affine(float[] x, int from, int to, Channels by, boolean relu, float[] y) {
    int channels = by.count();
    int lanes = channels / LENGTH * LENGTH;
    float least = relu ? 0 : Float.NEGATIVE_INFINITY;
    FloatVector bound = all(least);
    for (int at = from, end; at < to; at = end) {
      end = at + Math.min(to - at, BLOCK * channels);
      for (int c = 0; c < lanes; c += LENGTH) {
        FloatVector center = load(by.center(), c);
        FloatVector scale = load(by.scale(), c);
        FloatVector shift = load(by.shift(), c);
        for (int i = at + c; i < end; i += channels) {
          FloatVector value = load(x, i).sub(center).fma(scale, shift);
          value.blend(bound, value.compare(LE, bound)).intoArray(y, i);
        }
      }
      for (int c = lanes; c < channels; c++) {
        for (int i = at + c; i < end; i += channels) {
          float value = value(by, x[i], c);
          y[i] = value <= least ? least : value;
        }
      }
    }
  }

  /** {@code dy = 0} where {@link #affine} with a relu let nothing through. */
  static void mask(float[] x, int from, int to, Channels by, float[] dy) {
    int channels = by.count();
    int lanes = channels / LENGTH * LENGTH;
    FloatVector zero = all(0);
    for (int at = from, end; at < to; at = end) {
      end = at + Math.min(to - at, BLOCK * channels);
      for (int c = 0; c < lanes; c += LENGTH) {
        FloatVector center = load(by.center(), c);
        FloatVector scale = load(by.scale(), c);
        FloatVector shift = load(by.shift(), c);
        for (int i = at + c; i < end; i += channels) {
          FloatVector value = load(x, i).sub(center).fma(scale, shift);
          zero.blend(load(dy, i), value.compare(GT, zero)).intoArray(dy, i);
        }
      }
      for (int c = lanes; c < channels; c++) {
        for (int i = at + c; i < end; i += channels) {
          dy[i] = value(by, x[i], c) > 0 ? dy[i] : 0;
        }
      }
    }
  }

  private static float value(Channels by, float x, int c) {
    return Math.fma(x - by.center()[c], by.scale()[c], by.shift()[c]);
  }

  /** Of the examples {@code first} to {@code last}, see {@code Kernels.affineSums}. */
  static void sums(FMatrixRMaj x, float[] dy, int first, int last, float[] center, float[] sums) {
    int channels = center.length;
    int positions = x.numCols / channels;
    int lanes = channels / LENGTH * LENGTH;
    for (int row = first; row < last; row++) {
      int from = row * x.numCols;
      int to = 2 * row * channels;
      for (int c = 0; c < lanes; c += LENGTH) {
        vectorSums(x.data, dy, from + c, positions, center, c, sums, to + c);
      }
      for (int c = lanes; c < channels; c++) {
        scalarSums(x.data, dy, from + c, positions, center, c, sums, to + c);
      }
    }
  }

  private static void vectorSums(
      float[] x, float[] dy, int from, int positions, float[] center, int c, float[] sums, int to) {
    int channels = center.length;
    FloatVector mean = load(center, c);
    FloatVector s0 = all(0);
    FloatVector s1 = all(0);
    FloatVector s2 = all(0);
    FloatVector s3 = all(0);
    FloatVector q0 = all(0);
    FloatVector q1 = all(0);
    FloatVector q2 = all(0);
    FloatVector q3 = all(0);
    int at = from;
    int p = 0;
    for (; p <= positions - CHAINS; p += CHAINS) {
      FloatVector d0 = load(dy, at);
      FloatVector d1 = load(dy, at + channels);
      FloatVector d2 = load(dy, at + 2 * channels);
      FloatVector d3 = load(dy, at + 3 * channels);
      s0 = s0.add(d0);
      s1 = s1.add(d1);
      s2 = s2.add(d2);
      s3 = s3.add(d3);
      q0 = load(x, at).sub(mean).fma(d0, q0);
      q1 = load(x, at + channels).sub(mean).fma(d1, q1);
      q2 = load(x, at + 2 * channels).sub(mean).fma(d2, q2);
      q3 = load(x, at + 3 * channels).sub(mean).fma(d3, q3);
      at += CHAINS * channels;
    }
    for (; p < positions; p++) {
      FloatVector d = load(dy, at);
      s0 = s0.add(d);
      q0 = load(x, at).sub(mean).fma(d, q0);
      at += channels;
    }
    s0.add(s1).add(s2.add(s3)).intoArray(sums, to);
    q0.add(q1).add(q2.add(q3)).intoArray(sums, to + channels);
  }

  private static void scalarSums(
      float[] x, float[] dy, int from, int positions, float[] center, int c, float[] sums, int to) {
    int channels = center.length;
    float mean = center[c];
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float q0 = 0;
    float q1 = 0;
    float q2 = 0;
    float q3 = 0;
    int at = from;
    int p = 0;
    for (; p <= positions - CHAINS; p += CHAINS) {
      s0 += dy[at];
      s1 += dy[at + channels];
      s2 += dy[at + 2 * channels];
      s3 += dy[at + 3 * channels];
      q0 = Math.fma(x[at] - mean, dy[at], q0);
      q1 = Math.fma(x[at + channels] - mean, dy[at + channels], q1);
      q2 = Math.fma(x[at + 2 * channels] - mean, dy[at + 2 * channels], q2);
      q3 = Math.fma(x[at + 3 * channels] - mean, dy[at + 3 * channels], q3);
      at += CHAINS * channels;
    }
    for (; p < positions; p++) {
      s0 += dy[at];
      q0 = Math.fma(x[at] - mean, dy[at], q0);
      at += channels;
    }
    sums[to] = s0 + s1 + (s2 + s3);
    sums[to + channels] = q0 + q1 + (q2 + q3);
  }

  /** See {@code Kernels.affineGradient}, for whole positions. */
  static void gradient(
      float[] factor, Channels by, float[] x, float[] dy, int from, int to, float[] dx) {
    int channels = by.count();
    int lanes = channels / LENGTH * LENGTH;
    for (int at = from, end; at < to; at = end) {
      end = at + Math.min(to - at, BLOCK * channels);
      for (int c = 0; c < lanes; c += LENGTH) {
        FloatVector times = load(factor, c);
        FloatVector center = load(by.center(), c);
        FloatVector scale = load(by.scale(), c);
        FloatVector shift = load(by.shift(), c);
        for (int i = at + c; i < end; i += channels) {
          FloatVector rest = load(x, i).sub(center).fma(scale, shift);
          times.fma(load(dy, i), rest).intoArray(dx, i);
        }
      }
      for (int c = lanes; c < channels; c++) {
        for (int i = at + c; i < end; i += channels) {
          dx[i] = Math.fma(factor[c], dy[i], value(by, x[i], c));
        }
      }
    }
  }
}
