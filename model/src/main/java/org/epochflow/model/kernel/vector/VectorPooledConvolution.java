package org.epochflow.model.kernel.vector;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Convolution;
import org.epochflow.model.kernel.Scratch;
import org.epochflow.model.parallel.Share;

/**
 * Convolutions whose outputs are pooled, a few images at a time: the convolution's outputs, and
 * their gradients, stay in the second cache and need no memory of their own.
 */
final class VectorPooledConvolution {
  /** About how many outputs of the convolution there are at once, 256 KB of them. */
  private static final int BLOCK = 65_536;

  private final Share share;
  private final VectorConvolution convolution;
  private final Scratch block = new Scratch();

  VectorPooledConvolution(Share share, VectorConvolution convolution) {
    this.share = share;
    this.convolution = convolution;
  }

  private static int outputs(Convolution s) {
    return s.positions() * s.filters();
  }

  private static int imagesAtOnce(Convolution s) {
    return Math.max(1, BLOCK / outputs(s));
  }

  private float[] block(Convolution s) {
    return block.atLeast(imagesAtOnce(s) * outputs(s));
  }

  void forward(
      Convolution s,
      FMatrixRMaj x,
      float[] w,
      int at,
      boolean relu,
      FMatrixRMaj y,
      FMatrixRMaj largest) {
    float[] sums = block(s);
    int step = imagesAtOnce(s);
    int end = share.to(x.numRows);
    for (int image = share.from(x.numRows); image < end; image += step) {
      int last = Math.min(end, image + step);
      convolution.forward(s, x, image, last, w, at, relu, sums, 0);
      pool(s, sums, last - image, y.data, largest.data, image * y.numCols);
    }
  }

  void gradient(
      Convolution s, FMatrixRMaj x, FMatrixRMaj dy, FMatrixRMaj largest, float[] gradient, int at) {
    int filter = convolution.firstFilter(s);
    int lastFilter = convolution.lastFilter(s);
    int step = imagesAtOnce(s);
    for (int image = 0; image < x.numRows; image += step) {
      int last = Math.min(x.numRows, image + step);
      float[] spread = spread(s, dy, largest, image, last, filter, lastFilter);
      convolution.gradient(s, x, image, last, spread, 0, gradient, at);
    }
  }

  void inputGradient(
      Convolution s, FMatrixRMaj dy, FMatrixRMaj largest, float[] w, int at, FMatrixRMaj dx) {
    convolution.turn(s, w, at);
    int step = imagesAtOnce(s);
    int end = share.to(dy.numRows);
    for (int image = share.from(dy.numRows); image < end; image += step) {
      int last = Math.min(end, image + step);
      float[] spread = spread(s, dy, largest, image, last, 0, s.filters());
      convolution.inputGradient(s, spread, 0, image, last, dx);
    }
  }

  /**
   * The gradient of the convolution's outputs, in the filters {@code filter} to {@code lastFilter}:
   * {@code dy} where the largest value of each window was, and 0 elsewhere.
   */
  private float[] spread(
      Convolution s,
      FMatrixRMaj dy,
      FMatrixRMaj largest,
      int image,
      int last,
      int filter,
      int lastFilter) {
    float[] spread = block(s);
    int below = s.outWidth() * s.filters();
    int line = below / 2;
    int rows = (last - image) * s.outHeight() / 2;
    for (int row = 0; row < rows; row++) {
      for (int f = filter; f < lastFilter; f += LENGTH) {
        int from = image * dy.numCols + row * line + f;
        int to = 2 * row * below + f;
        spreadLine(dy.data, largest.data, from, from + line - f, spread, to, below, s.filters());
      }
    }
    return spread;
  }

  /** Writes the largest of each window to {@code y}, and which it is to {@code largest}. */
  private static void pool(
      Convolution s, float[] sums, int images, float[] y, float[] largest, int to) {
    int below = s.outWidth() * s.filters();
    int line = below / 2;
    for (int row = 0; row < images * s.outHeight() / 2; row++) {
      for (int filter = 0; filter < s.filters(); filter += LENGTH) {
        int from = 2 * row * below + filter;
        int at = to + row * line + filter;
        poolLine(sums, from, below, s.filters(), y, largest, at, at + line - filter);
      }
    }
  }

  /** One vector of filters along a line of windows: the reference's comparisons, as masks. */
  private static void poolLine(
      float[] sums, int from, int below, int filters, float[] y, float[] largest, int at, int end) {
    FloatVector zero = all(0);
    FloatVector one = all(1);
    FloatVector two = all(2);
    FloatVector three = all(3);
    for (int in = from, out = at; out < end; in += 2 * filters, out += filters) {
      FloatVector best = load(sums, in);
      FloatVector next = load(sums, in + filters);
      VectorMask<Float> greater = next.compare(GT, best);
      best = best.blend(next, greater);
      FloatVector which = zero.blend(one, greater);
      next = load(sums, in + below);
      greater = next.compare(GT, best);
      best = best.blend(next, greater);
      which = which.blend(two, greater);
      next = load(sums, in + below + filters);
      greater = next.compare(GT, best);
      best.blend(next, greater).intoArray(y, out);
      which.blend(three, greater).intoArray(largest, out);
    }
  }

  /** One vector of filters along a line of windows. */
  private static void spreadLine(
      float[] dy,
      float[] largest,
      int at,
      int end,
      float[] spread,
      int to,
      int below,
      int filters) {
    FloatVector zero = all(0);
    FloatVector one = all(1);
    FloatVector two = all(2);
    FloatVector three = all(3);
    for (int in = at, out = to; in < end; in += filters, out += 2 * filters) {
      FloatVector d = load(dy, in).add(zero); // -0 becomes 0, as in a sum
      FloatVector which = load(largest, in);
      zero.blend(d, which.compare(EQ, zero)).intoArray(spread, out);
      zero.blend(d, which.compare(EQ, one)).intoArray(spread, out + filters);
      zero.blend(d, which.compare(EQ, two)).intoArray(spread, out + below);
      zero.blend(d, which.compare(EQ, three)).intoArray(spread, out + below + filters);
    }
  }
}
