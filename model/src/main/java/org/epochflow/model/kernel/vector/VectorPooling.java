package org.epochflow.model.kernel.vector;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.XOR;
import static org.epochflow.model.kernel.vector.Lanes.INTS;
import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.PlainPooling;
import org.epochflow.model.kernel.Pooling;

/**
 * Pooling of the examples {@code first} to {@code last} with vectors over the channels, without
 * branches. Each value comes of the same operations in the same order as in {@link PlainPooling},
 * so it has the same bits.
 *
 * <p>A pixel's last vector may reach into the next pixels. There its outputs are overwritten by
 * theirs, which come later, and its gradients are zeros that are added. Lines near the end of an
 * image leave these channels to {@link PlainPooling}. {@code room} takes a line of vectors.
 */
final class VectorPooling {
  private VectorPooling() {}

  static void max(Pooling s, FMatrixRMaj x, int first, int last, FMatrixRMaj y, float[] room) {
    boolean four = ofFour(s);
    for (int line = first * s.outHeight(); line < last * s.outHeight(); line++) {
      int inVectors = inVectors(s, line);
      int above = s.above(line);
      int out = line * s.outWidth() * s.channels();
      for (int c = first(inVectors); c >= 0; c = next(s, c)) {
        if (four) {
          largestOfFour(s, x.data, above + c, y.data, out + c);
        } else {
          largest(s, line, c, x.data, y.data, room);
        }
      }
      if (inVectors < s.channels()) {
        PlainPooling.max(s, line, inVectors, x.data, y.data);
      }
    }
  }

  static void maxGradient(
      Pooling s,
      FMatrixRMaj x,
      FMatrixRMaj y,
      int first,
      int last,
      FMatrixRMaj dy,
      FMatrixRMaj dx,
      float[] room) {
    boolean four = s.isApart() && ofFour(s);
    for (int line = first * s.outHeight(); line < last * s.outHeight(); line++) {
      if (line % s.outHeight() == 0) {
        clear(s, line, dx);
      }
      int inVectors = inVectors(s, line);
      int above = s.above(line);
      int out = line * s.outWidth() * s.channels();
      for (int c = first(inVectors); c >= 0; c = next(s, c)) {
        if (four && c + LENGTH <= s.channels()) {
          shareAmongFour(s, x.data, above + c, dy.data, out + c, dx.data);
        } else {
          giveToLargest(s, line, c, x.data, y.data, dy.data, dx.data, room);
        }
      }
      if (inVectors < s.channels()) {
        PlainPooling.maxGradient(s, line, inVectors, x.data, dy.data, dx.data);
      }
    }
  }

  static void average(Pooling s, FMatrixRMaj x, int first, int last, FMatrixRMaj y) {
    for (int line = first * s.outHeight(); line < last * s.outHeight(); line++) {
      int inVectors = inVectors(s, line);
      for (int c = first(inVectors); c >= 0; c = next(s, c)) {
        mean(s, line, c, x.data, y.data);
      }
      if (inVectors < s.channels()) {
        PlainPooling.average(s, line, inVectors, x.data, y.data);
      }
    }
  }

  static void averageGradient(Pooling s, FMatrixRMaj dy, int first, int last, FMatrixRMaj dx) {
    for (int line = first * s.outHeight(); line < last * s.outHeight(); line++) {
      if (line % s.outHeight() == 0) {
        clear(s, line, dx);
      }
      int inVectors = inVectors(s, line);
      for (int c = first(inVectors); c >= 0; c = next(s, c)) {
        giveToAll(s, line, c, dy.data, dx.data);
      }
      if (inVectors < s.channels()) {
        PlainPooling.averageGradient(s, line, inVectors, dy.data, dx.data);
      }
    }
  }

  /** How many channels of a line are left to vectors: all, if none reaches beyond the image. */
  private static int inVectors(Pooling s, int line) {
    int complete = s.channels() / LENGTH * LENGTH;
    int beyond = (complete + LENGTH - s.channels()) % LENGTH;
    return beyond > 0 && Math.min(s.inputsBelow(line), s.outputsBelow(line)) < beyond
        ? complete
        : s.channels();
  }

  /** The channel at which the first vector begins: that of the last channels if it is not full. */
  private static int first(int inVectors) {
    int last = inVectors / LENGTH * LENGTH;
    return last < inVectors ? last : Math.min(0, last - 1);
  }

  /** The channel at which the next vector begins; below 0 if there is none. */
  private static int next(Pooling s, int c) {
    int next = c + LENGTH > s.channels() ? 0 : c + LENGTH;
    return next + LENGTH > s.channels() ? -1 : next;
  }

  private static boolean ofFour(Pooling s) {
    return s.poolHeight() == 2 && s.poolWidth() == 2 && s.isInside();
  }

  /** Zeroes the image of a first line. */
  private static void clear(Pooling s, int line, FMatrixRMaj dx) {
    int image = line / s.outHeight() * dx.numCols;
    Arrays.fill(dx.data, image, image + dx.numCols, 0f);
  }

  /** One vector of channels, from {@code c} on, along a line of outputs; likewise below. */
  private static void largestOfFour(Pooling s, float[] x, int from, float[] y, int to) {
    int channels = s.channels();
    int step = s.strideWidth() * channels;
    int below = s.width() * channels;
    for (int j = 0, in = from, out = to; j < s.outWidth(); j++, in += step, out += channels) {
      FloatVector best = load(x, in);
      FloatVector next = load(x, in + channels);
      best = best.blend(next, next.compare(GT, best));
      next = load(x, in + below);
      best = best.blend(next, next.compare(GT, best));
      next = load(x, in + below + channels);
      best.blend(next, next.compare(GT, best)).intoArray(y, out);
    }
  }

  /**
   * The same for windows of any size. The largest values so far are in memory, a vector for each
   * output: C2 keeps no vectors that masks change from one round of a loop to the next.
   */
  private static void largest(Pooling s, int line, int c, float[] x, float[] y, float[] room) {
    int channels = s.channels();
    int step = s.strideWidth() * channels;
    int above = s.above(line) + c;
    int below = s.below(line) + c;
    for (int j = 0; j < s.outWidth(); j++) {
      load(x, above + s.left(j)).intoArray(room, j * LENGTH);
    }
    for (int row = above; row < below; row += s.width() * channels) {
      for (int b = 0; b < s.poolWidth(); b++) {
        int in = row + (b - s.padLeft()) * channels;
        for (int j = s.firstWith(b), last = s.lastWith(b); j < last; j++) {
          FloatVector best = load(room, j * LENGTH);
          FloatVector next = load(x, in + j * step);
          best.blend(next, next.compare(GT, best)).intoArray(room, j * LENGTH);
        }
      }
    }
    for (int j = 0; j < s.outWidth(); j++) {
      load(room, j * LENGTH).intoArray(y, (line * s.outWidth() + j) * channels + c);
    }
  }

  /** One vector of channels along a line of outputs: the reference's comparisons, as masks. */
  private static void shareAmongFour(
      Pooling s, float[] x, int from, float[] dy, int dyFrom, float[] dx) {
    int channels = s.channels();
    int step = s.strideWidth() * channels;
    int below = s.width() * channels;
    FloatVector zero = all(0);
    for (int j = 0, in = from, out = dyFrom; j < s.outWidth(); j++, in += step, out += channels) {
      FloatVector x0 = load(x, in);
      FloatVector x1 = load(x, in + channels);
      FloatVector x2 = load(x, in + below);
      FloatVector x3 = load(x, in + below + channels);
      VectorMask<Float> second = x1.compare(GT, x0);
      FloatVector best = x0.blend(x1, second);
      VectorMask<Float> third = x2.compare(GT, best);
      best = best.blend(x2, third);
      VectorMask<Float> fourth = x3.compare(GT, best);
      FloatVector d = load(dy, out).add(zero); // -0 becomes 0, as in a sum
      zero.blend(d, fourth).intoArray(dx, in + below + channels);
      d = d.blend(zero, fourth);
      zero.blend(d, third).intoArray(dx, in + below);
      d = d.blend(zero, third);
      zero.blend(d, second).intoArray(dx, in + channels);
      d.blend(zero, second).intoArray(dx, in);
    }
  }

  /**
   * The same for windows of any size: each gradient goes to the first value with the output's bits,
   * which is the one that the output was taken from, whether it is a number or not.
   */
  private static void giveToLargest(
      Pooling s, int line, int c, float[] x, float[] y, float[] dy, float[] dx, float[] room) {
    int channels = s.channels();
    boolean once = s.isApart() && c + LENGTH <= channels;
    int step = s.strideWidth() * channels;
    int above = s.above(line) + c;
    int below = s.below(line) + c;
    int out = line * s.outWidth() * channels + c;
    IntVector own = own(s, c);
    for (int j = 0; j < s.outWidth(); j++) {
      IntVector d = load(dy, out + j * channels).reinterpretAsInts().and(own);
      d.reinterpretAsFloats().intoArray(room, j * LENGTH);
    }
    FloatVector zero = all(0);
    for (int row = above; row < below; row += s.width() * channels) {
      for (int b = 0; b < s.poolWidth(); b++) {
        int in = row + (b - s.padLeft()) * channels;
        for (int j = s.firstWith(b), last = s.lastWith(b); j < last; j++) {
          IntVector best = load(y, out + j * channels).reinterpretAsInts();
          IntVector next = load(x, in + j * step).reinterpretAsInts();
          IntVector d = load(room, j * LENGTH).reinterpretAsInts();
          IntVector left = d.blend(zero.reinterpretAsInts(), next.compare(EQ, best));
          FloatVector sum = once ? zero : load(dx, in + j * step);
          sum.add(d.lanewise(XOR, left).reinterpretAsFloats()).intoArray(dx, in + j * step);
          left.reinterpretAsFloats().intoArray(room, j * LENGTH);
        }
      }
    }
  }

  /** A mask of the lanes that are channels of the pixel, in the vector from channel c on. */
  private static IntVector own(Pooling s, int c) {
    return IntVector.zero(INTS).addIndex(1).sub(s.channels() - c).lanewise(ASHR, 31);
  }

  private static void mean(Pooling s, int line, int c, float[] x, float[] y) {
    int channels = s.channels();
    int above = s.above(line) + c;
    int below = s.below(line) + c;
    for (int j = 0; j < s.outWidth(); j++) {
      int left = s.left(j);
      int right = s.right(j);
      FloatVector sum = all(0);
      for (int row = above; row < below; row += s.width() * channels) {
        FloatVector ofRow = all(0);
        for (int at = row + left; at < row + right; at += channels) {
          ofRow = ofRow.add(load(x, at));
        }
        sum = sum.add(ofRow);
      }
      sum.div(s.count(line, j)).intoArray(y, (line * s.outWidth() + j) * channels + c);
    }
  }

  private static void giveToAll(Pooling s, int line, int c, float[] dy, float[] dx) {
    int channels = s.channels();
    boolean once = s.isApart() && c + LENGTH <= channels;
    int above = s.above(line) + c;
    int below = s.below(line) + c;
    IntVector own = own(s, c);
    FloatVector zero = all(0);
    for (int j = 0; j < s.outWidth(); j++) {
      int left = s.left(j);
      int right = s.right(j);
      FloatVector each = load(dy, (line * s.outWidth() + j) * channels + c).div(s.count(line, j));
      FloatVector d = each.reinterpretAsInts().and(own).reinterpretAsFloats();
      for (int row = above; row < below; row += s.width() * channels) {
        for (int at = row + left; at < row + right; at += channels) {
          FloatVector sum = once ? zero : load(dx, at);
          sum.add(d).intoArray(dx, at);
        }
      }
    }
  }
}
