package org.epochflow.model.kernel.vector;

import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Convolution;
import org.epochflow.model.kernel.Scratch;

/**
 * The patches of images, one a row. They are read in place: a patch is {@code kernelHeight} runs of
 * {@code kernelWidth x channels} values, and rows overlap. With padding, they are read from a copy
 * that includes the zeros; runs too short for a tile are copied together into complete patches.
 */
final class Patches {
  private final Rows left = new Rows();
  private final Scratch copies = new Scratch();

  /** Whether runs are long enough to be read in place. */
  private static boolean direct(Convolution s) {
    int places = s.dilationWidth() == 1 ? s.kernelWidth() : 1;
    return places * s.channels() >= Tile.COLUMNS || SingleChannel.fits(s);
  }

  /** Those of some images, until the next call. */
  Rows of(Convolution s, FMatrixRMaj x, int image, int images) {
    if (!direct(s)) {
      gather(s, x, image, images);
    } else if (s.isPadded()) {
      left.patches(s, padded(s, x, image, images), 0, images, s.coveredHeight(), s.coveredWidth());
    } else {
      left.patches(s, x.data, image * x.numCols, images, s.height(), s.width());
    }
    return left;
  }

  /**
   * Those of the outputs' gradients that each value of some images is in, in the order of the
   * kernel's places, with zeros where there is none: see {@link Convolution#turned}.
   */
  Rows turned(Convolution s, float[] dy, int from, int images) {
    Convolution t = s.turned();
    int filters = s.filters();
    int size = t.height() * t.width() * filters;
    float[] turned = copies.zeros(images * size);
    int last = (s.height() - 1 + s.padTop()) * t.width() + s.width() - 1 + s.padLeft();
    for (int i = 0; i < images; i++) {
      for (int position = 0; position < s.positions(); position++) {
        int to = last - position / s.outWidth() * t.width() - position % s.outWidth();
        int at = from + (i * s.positions() + position) * filters;
        System.arraycopy(dy, at, turned, i * size + to * filters, filters);
      }
    }
    return left.patches(t, turned, 0, images, t.height(), t.width()).reverse(t.positions());
  }

  private float[] padded(Convolution s, FMatrixRMaj x, int image, int images) {
    int width = s.coveredWidth();
    int size = s.coveredHeight() * width * s.channels();
    float[] padded = copies.zeros(images * size);
    int line = s.width() * s.channels();
    int used = Math.min(s.width(), width - s.padLeft()) * s.channels();
    int lines = Math.min(s.height(), s.coveredHeight() - s.padTop());
    for (int i = 0; i < images; i++) {
      for (int y = 0; y < lines; y++) {
        int row = (y + s.padTop()) * width + s.padLeft();
        int from = (image + i) * x.numCols + y * line;
        System.arraycopy(x.data, from, padded, i * size + row * s.channels(), used);
      }
    }
    return padded;
  }

  /** Copies patches whole, place by place. */
  private void gather(Convolution s, FMatrixRMaj x, int image, int images) {
    int length = Math.max(s.patch(), Tile.COLUMNS);
    int rows = images * s.positions();
    float[] patches = copies.zeros(rows * length);
    for (int row = 0; row < rows; row++) {
      int position = row % s.positions();
      int i = position / s.outWidth() * s.strideHeight() - s.padTop();
      int j = position % s.outWidth() * s.strideWidth() - s.padLeft();
      int from = (image + row / s.positions()) * x.numCols;
      for (int a = 0; a < s.kernelHeight(); a++) {
        int y = i + a * s.dilationHeight();
        if (y >= 0 && y < s.height()) {
          int to = row * length + a * s.kernelWidth() * s.channels();
          gatherLine(s, x.data, from + y * s.width() * s.channels(), j, patches, to);
        }
      }
    }
    left.matrix(patches, 0, rows, length);
    left.length = s.patch();
  }

  /** One row of a patch that begins at column {@code j}, which may be outside the image. */
  private static void gatherLine(Convolution s, float[] x, int line, int j, float[] patch, int to) {
    int channels = s.channels();
    if (s.dilationWidth() == 1) {
      int left = Math.max(0, j);
      int right = Math.min(s.width(), j + s.kernelWidth());
      int from = line + left * channels;
      int begin = to + (left - j) * channels;
      for (int c = 0; c < (right - left) * channels; c++) {
        patch[begin + c] = x[from + c];
      }
      return;
    }
    for (int b = 0; b < s.kernelWidth(); b++) {
      int column = j + b * s.dilationWidth();
      for (int c = 0; column >= 0 && column < s.width() && c < channels; c++) {
        patch[to + b * channels + c] = x[line + column * channels + c];
      }
    }
  }
}
