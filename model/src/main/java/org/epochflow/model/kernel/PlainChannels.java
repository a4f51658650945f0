package org.epochflow.model.kernel;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;

/** What {@link EjmlKernels} does by channel, in plain loops. */
final class PlainChannels {
  private PlainChannels() {}

  static void moments(FMatrixRMaj x, int channels, float[] moments) {
    int positions = x.numCols / channels;
    for (int row = 0; row < x.numRows; row++) {
      for (int c = 0; c < channels; c++) {
        int first = row * x.numCols + c;
        double sum = 0;
        for (int p = 0; p < positions; p++) {
          sum += x.data[first + p * channels];
        }
        double mean = sum / positions;
        double squares = 0;
        for (int p = 0; p < positions; p++) {
          double deviation = x.data[first + p * channels] - mean;
          squares += deviation * deviation;
        }
        moments[2 * row * channels + c] = (float) mean;
        moments[(2 * row + 1) * channels + c] = (float) squares;
      }
    }
  }

  static void affine(FMatrixRMaj x, Channels by, boolean relu, FMatrixRMaj y) {
    float least = relu ? 0 : Float.NEGATIVE_INFINITY;
    for (int i = 0; i < x.getNumElements(); i++) {
      y.data[i] = Math.max(least, value(by, x.data[i], i % by.count()));
    }
  }

  static void affineSums(Channels by, boolean relu, FMatrixRMaj x, FMatrixRMaj dy, float[] sums) {
    int channels = by.count();
    for (int row = 0; row < x.numRows; row++) {
      for (int c = 0; c < channels; c++) {
        double sum = 0;
        double products = 0;
        for (int i = row * x.numCols + c; i < (row + 1) * x.numCols; i += channels) {
          if (relu && !(value(by, x.data[i], c) > 0)) {
            dy.data[i] = 0;
          }
          sum += dy.data[i];
          products += dy.data[i] * (double) (x.data[i] - by.center()[c]);
        }
        sums[2 * row * channels + c] = (float) sum;
        sums[(2 * row + 1) * channels + c] = (float) products;
      }
    }
  }

  static void affineGradient(
      float[] factor, Channels by, FMatrixRMaj x, FMatrixRMaj dy, FMatrixRMaj dx) {
    for (int i = 0; i < x.getNumElements(); i++) {
      int c = i % by.count();
      dx.data[i] = factor[c] * dy.data[i] + value(by, x.data[i], c);
    }
  }

  private static float value(Channels by, float x, int c) {
    return (x - by.center()[c]) * by.scale()[c] + by.shift()[c];
  }

  /** Adds the bias, if there is one, and applies the relu, if one is asked for. */
  static void finish(boolean biased, float[] w, int at, int columns, boolean relu, FMatrixRMaj y) {
    float least = relu ? 0 : Float.NEGATIVE_INFINITY;
    int size = y.numRows * y.numCols;
    for (int from = 0; from < size; from += columns) {
      for (int j = 0; j < columns; j++) {
        float bias = biased ? w[at + j] : 0;
        y.data[from + j] = Math.max(least, y.data[from + j] + bias);
      }
    }
  }

  /** The sum of each column. */
  static void sumInto(FMatrixRMaj dy, int columns, float[] gradient, int at) {
    Arrays.fill(gradient, at, at + columns, 0f);
    int size = dy.numRows * dy.numCols;
    for (int from = 0; from < size; from += columns) {
      for (int j = 0; j < columns; j++) {
        gradient[at + j] += dy.data[from + j];
      }
    }
  }
}
