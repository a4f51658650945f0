package org.epochflow.model.kernel.vector;

import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Pooling;

/** Max pooling with vectors over the channels, without branches. */
final class VectorPooling {
  private VectorPooling() {}

  /** The examples {@code first} to {@code last}. */
  static void forward(Pooling s, FMatrixRMaj x, int first, int last, FMatrixRMaj y) {
    int lanes = ofFour(s) ? s.channels() / LENGTH * LENGTH : 0;
    int line = s.outWidth() * s.channels();
    for (int i = first * s.outHeight(); i < last * s.outHeight(); i++) {
      int from = line(s, x, i);
      for (int c = 0; c < lanes; c += LENGTH) {
        largestOfFour(s, x.data, from + c, y.data, i * line + c);
      }
      if (lanes < s.channels()) {
        largest(s, x.data, from, lanes, y.data, i * line);
      }
    }
  }

  /** The examples {@code first} to {@code last}. */
  static void gradient(
      Pooling s, FMatrixRMaj x, int first, int last, FMatrixRMaj dy, FMatrixRMaj dx) {
    boolean apart = s.strideHeight() >= s.poolHeight() && s.strideWidth() >= s.poolWidth();
    int lanes = apart && ofFour(s) ? s.channels() / LENGTH * LENGTH : 0;
    int line = s.outWidth() * s.channels();
    if (lanes < s.channels() || !covered(s)) {
      Arrays.fill(dx.data, first * x.numCols, last * x.numCols, 0f);
    }
    for (int i = first * s.outHeight(); i < last * s.outHeight(); i++) {
      int from = line(s, x, i);
      for (int c = 0; c < lanes; c += LENGTH) {
        shareAmongFour(s, x.data, from + c, dy.data, i * line + c, dx.data);
      }
      if (lanes < s.channels()) {
        share(s, x.data, from, lanes, dy.data, i * line, dx.data);
      }
    }
  }

  private static boolean ofFour(Pooling s) {
    return s.poolHeight() == 2 && s.poolWidth() == 2;
  }

  /** Whether windows of 2x2 leave nothing of the image out. */
  private static boolean covered(Pooling s) {
    return s.outHeight() * 2 == s.height() && s.outWidth() * 2 == s.width();
  }

  /** Where the windows of a line of outputs begin. */
  private static int line(Pooling s, FMatrixRMaj x, int i) {
    return i / s.outHeight() * x.numCols
        + i % s.outHeight() * s.strideHeight() * s.width() * s.channels();
  }

  /** One vector of channels along a line of outputs. */
  private static void largestOfFour(Pooling s, float[] x, int from, float[] y, int to) {
    int channels = s.channels();
    int step = s.strideWidth() * channels;
    int below = s.width() * channels;
    int in = from;
    int out = to;
    for (int j = 0; j < s.outWidth(); j++) {
      FloatVector best = load(x, in);
      FloatVector next = load(x, in + channels);
      best = best.blend(next, next.compare(VectorOperators.GT, best));
      next = load(x, in + below);
      best = best.blend(next, next.compare(VectorOperators.GT, best));
      next = load(x, in + below + channels);
      best.blend(next, next.compare(VectorOperators.GT, best)).intoArray(y, out);
      in += step;
      out += channels;
    }
  }

  /** One vector of channels along a line of outputs: the reference's comparisons, as masks. */
  private static void shareAmongFour(
      Pooling s, float[] x, int from, float[] dy, int dyFrom, float[] dx) {
    int channels = s.channels();
    int step = s.strideWidth() * channels;
    int below = s.width() * channels;
    FloatVector zero = all(0);
    int in = from;
    int out = dyFrom;
    for (int j = 0; j < s.outWidth(); j++) {
      FloatVector x0 = load(x, in);
      FloatVector x1 = load(x, in + channels);
      FloatVector x2 = load(x, in + below);
      FloatVector x3 = load(x, in + below + channels);
      VectorMask<Float> second = x1.compare(VectorOperators.GT, x0);
      FloatVector best = x0.blend(x1, second);
      VectorMask<Float> third = x2.compare(VectorOperators.GT, best);
      best = best.blend(x2, third);
      VectorMask<Float> fourth = x3.compare(VectorOperators.GT, best);
      FloatVector d = load(dy, out).add(zero); // -0 becomes 0, as in a sum
      zero.blend(d, fourth).intoArray(dx, in + below + channels);
      d = d.blend(zero, fourth);
      zero.blend(d, third).intoArray(dx, in + below);
      d = d.blend(zero, third);
      zero.blend(d, second).intoArray(dx, in + channels);
      d.blend(zero, second).intoArray(dx, in);
      in += step;
      out += channels;
    }
  }

  /** The channels from {@code first} on, for windows of any size, along a line of outputs. */
  private static void largest(Pooling s, float[] x, int from, int first, float[] y, int to) {
    for (int j = 0; j < s.outWidth(); j++) {
      for (int c = first; c < s.channels(); c++) {
        y[to + j * s.channels() + c] =
            x[place(s, x, from + j * s.strideWidth() * s.channels() + c)];
      }
    }
  }

  private static void share(
      Pooling s, float[] x, int from, int first, float[] dy, int dyFrom, float[] dx) {
    for (int j = 0; j < s.outWidth(); j++) {
      for (int c = first; c < s.channels(); c++) {
        int place = place(s, x, from + j * s.strideWidth() * s.channels() + c);
        dx[place] += dy[dyFrom + j * s.channels() + c];
      }
    }
  }

  /** The index of the first largest value of a window. */
  private static int place(Pooling s, float[] x, int in) {
    int best = in;
    for (int a = 0; a < s.poolHeight(); a++) {
      for (int b = 0; b < s.poolWidth(); b++) {
        int at = in + (a * s.width() + b) * s.channels();
        best = x[at] > x[best] ? at : best;
      }
    }
    return best;
  }
}
