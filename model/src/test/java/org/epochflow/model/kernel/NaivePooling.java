package org.epochflow.model.kernel;

import java.util.stream.IntStream;
import org.ejml.data.FMatrixRMaj;

/** The formulas of pooling in double precision: a window is the places that it has in the image. */
final class NaivePooling {
  private NaivePooling() {}

  /** The indices in the input of the values in the window of an output, line by line. */
  private static int[] window(Pooling s, int out) {
    int channel = out % s.channels();
    int j = out / s.channels() % s.outWidth() * s.strideWidth() - s.padLeft();
    int i = out / s.channels() / s.outWidth() % s.outHeight() * s.strideHeight() - s.padTop();
    int row = out / s.channels() / s.outWidth() / s.outHeight();
    return IntStream.range(0, s.poolHeight() * s.poolWidth())
        .filter(k -> isWithin(i + k / s.poolWidth(), s.height()))
        .filter(k -> isWithin(j + k % s.poolWidth(), s.width()))
        .map(k -> (row * s.height() + i + k / s.poolWidth()) * s.width() + j + k % s.poolWidth())
        .map(pixel -> pixel * s.channels() + channel)
        .toArray();
  }

  private static boolean isWithin(int place, int length) {
    return place >= 0 && place < length;
  }

  private static int outputs(Pooling s, int rows) {
    return rows * s.outHeight() * s.outWidth() * s.channels();
  }

  /** For each output, where the first largest value of its window stands. */
  static int[] largest(Pooling s, FMatrixRMaj x) {
    int[] places = new int[outputs(s, x.numRows)];
    for (int out = 0; out < places.length; out++) {
      int best = -1;
      for (int at : window(s, out)) {
        best = best < 0 || x.data[at] > x.data[best] ? at : best;
      }
      places[out] = best;
    }
    return places;
  }

  static Sums average(Pooling s, FMatrixRMaj x) {
    Sums y = new Sums(outputs(s, x.numRows));
    for (int out = 0; out < y.values.length; out++) {
      int[] window = window(s, out);
      for (int at : window) {
        y.add(out, (double) x.data[at] / window.length);
      }
    }
    return y;
  }

  static Sums averageGradient(Pooling s, FMatrixRMaj dy) {
    Sums dx = new Sums(dy.numRows * s.height() * s.width() * s.channels());
    for (int out = 0; out < outputs(s, dy.numRows); out++) {
      int[] window = window(s, out);
      for (int at : window) {
        dx.add(at, (double) dy.data[out] / window.length);
      }
    }
    return dx;
  }
}
