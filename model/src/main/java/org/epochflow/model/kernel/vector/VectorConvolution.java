package org.epochflow.model.kernel.vector;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Convolution;
import org.epochflow.model.parallel.Share;

/**
 * Convolutions with vectors. The patches of an image are read in place: a patch is {@code
 * kernelHeight} runs of {@code kernelWidth x channels} values, so a convolution is that many
 * products whose left rows overlap. With padding, they are read from a copy that includes the
 * zeros; runs too short for a tile are copied together into complete patches.
 */
final class VectorConvolution {
  /** About how many patches are worked on at once, so that they stay in the second cache. */
  private static final int CHUNK = 256;

  private final Share share;
  private final Products products;
  private final Rows left = new Rows();
  private final Rows result = new Rows();
  private final Right right = new Right();
  private final Scratch copies = new Scratch();
  private final Scratch turned = new Scratch();

  VectorConvolution(Share share, Products products) {
    this.share = share;
    this.products = products;
  }

  private static int imagesAtOnce(Convolution s) {
    return Math.max(1, CHUNK / s.positions());
  }

  void forward(Convolution s, FMatrixRMaj x, float[] w, int at, boolean relu, FMatrixRMaj y) {
    int bias = at + s.patch() * s.filters();
    right.matrix(w, at, s.filters());
    int step = imagesAtOnce(s);
    int last = share.to(x.numRows);
    for (int image = share.from(x.numRows); image < last; image += step) {
      int images = Math.min(step, last - image);
      int from = image * y.numCols;
      patches(s, x, image, images);
      if (SingleChannel.fits(s)) {
        float least = relu ? 0 : Float.NEGATIVE_INFINITY;
        SingleChannel.forward(left, w, at, s.filters(), least, y.data, from);
        continue;
      }
      result.matrix(y.data, from, left.rows, s.filters());
      products.rows(left, right, 0, s.filters(), true, w, bias, result);
      if (relu) {
        VectorElements.relu(y.data, from, from + images * y.numCols);
      }
    }
  }

  void gradient(Convolution s, FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at) {
    int filters = s.filters();
    int bias = at + s.patch() * filters;
    int filter = share.from(filters, Lanes.LENGTH);
    int lastFilter = share.to(filters, Lanes.LENGTH);
    Arrays.fill(gradient, bias + filter, bias + lastFilter, 0f);
    int row = share.from(s.patch(), Tile.COLUMNS);
    int lastRow = share.to(s.patch(), Tile.COLUMNS);
    int step = imagesAtOnce(s);
    for (int image = 0; image < x.numRows; image += step) {
      int images = Math.min(step, x.numRows - image);
      int from = image * dy.numCols;
      boolean fresh = image == 0;
      patches(s, x, image, images);
      if (SingleChannel.fits(s)) {
        SingleChannel.gradient(
            left, dy.data, from, filter, lastFilter, filters, fresh, gradient, at);
      } else {
        right.matrix(dy.data, from, filters);
        products.columns(left, row, lastRow, right, fresh, gradient, at);
        VectorElements.addRows(
            dy.data, from, left.rows, filters, filter, lastFilter, gradient, bias);
      }
    }
  }

  /**
   * Adds {@code dy w'} for each place of the kernel in turn, to the values that the place covers.
   */
  void inputGradient(Convolution s, FMatrixRMaj dy, float[] w, int at, FMatrixRMaj dx) {
    float[] turnedWeights = turned.atLeast(s.patch() * s.filters());
    VectorElements.transpose(w, at, s.patch(), s.filters(), turnedWeights, 0, s.patch());
    boolean padded = isPadded(s);
    int first = share.from(dy.numRows);
    int last = share.to(dy.numRows);
    if (!padded) {
      Arrays.fill(dx.data, first * dx.numCols, last * dx.numCols, 0f);
    }
    int step = imagesAtOnce(s);
    for (int image = first; image < last; image += step) {
      int images = Math.min(step, last - image);
      left.matrix(dy.data, image * dy.numCols, images * s.positions(), s.filters());
      if (padded) {
        float[] sums = copies.atLeast(images * paddedSize(s));
        Arrays.fill(sums, 0, images * paddedSize(s), 0f);
        addPlaces(s, turnedWeights, sums, 0, images);
        for (int i = 0; i < images; i++) {
          unpad(s, sums, i * paddedSize(s), dx.data, (image + i) * dx.numCols);
        }
      } else {
        addPlaces(s, turnedWeights, dx.data, image * dx.numCols, images);
      }
    }
  }

  private void addPlaces(Convolution s, float[] turnedWeights, float[] dx, int from, int images) {
    result.patches(s, dx, from, images, paddedHeight(s), paddedWidth(s));
    for (int place = 0; place < s.kernelHeight() * s.kernelWidth(); place++) {
      int i = place / s.kernelWidth();
      int j = place % s.kernelWidth();
      right.columns(turnedWeights, place * s.channels(), s.channels(), s.patch());
      products.addRows(left, right, result, (i * paddedWidth(s) + j) * s.channels());
    }
  }

  private static void unpad(Convolution s, float[] padded, int from, float[] image, int to) {
    int line = s.width() * s.channels();
    for (int y = 0; y < s.height(); y++) {
      int row = (y + s.padTop()) * paddedWidth(s) + s.padLeft();
      System.arraycopy(padded, from + row * s.channels(), image, to + y * line, line);
    }
  }

  private static int paddedHeight(Convolution s) {
    return s.outHeight() + s.kernelHeight() - 1;
  }

  private static int paddedWidth(Convolution s) {
    return s.outWidth() + s.kernelWidth() - 1;
  }

  private static int paddedSize(Convolution s) {
    return paddedHeight(s) * paddedWidth(s) * s.channels();
  }

  private static boolean isPadded(Convolution s) {
    return paddedHeight(s) != s.height() || paddedWidth(s) != s.width();
  }

  /** Whether runs are long enough to be read in place. */
  private static boolean direct(Convolution s) {
    return s.kernelWidth() * s.channels() >= Tile.COLUMNS || SingleChannel.fits(s);
  }

  /** Sets {@link #left} to the patches of some images. */
  private void patches(Convolution s, FMatrixRMaj x, int image, int images) {
    if (!direct(s)) {
      gather(s, x, image, images);
    } else if (isPadded(s)) {
      left.patches(s, padded(s, x, image, images), 0, images, paddedHeight(s), paddedWidth(s));
    } else {
      left.patches(s, x.data, image * x.numCols, images, s.height(), s.width());
    }
  }

  private float[] padded(Convolution s, FMatrixRMaj x, int image, int images) {
    int size = paddedSize(s);
    float[] padded = copies.atLeast(images * size);
    Arrays.fill(padded, 0, images * size, 0f);
    int line = s.width() * s.channels();
    for (int i = 0; i < images; i++) {
      for (int y = 0; y < s.height(); y++) {
        int row = (y + s.padTop()) * paddedWidth(s) + s.padLeft();
        int from = (image + i) * x.numCols + y * line;
        System.arraycopy(x.data, from, padded, i * size + row * s.channels(), line);
      }
    }
    return padded;
  }

  /** Copies patches whole, row by row. */
  private void gather(Convolution s, FMatrixRMaj x, int image, int images) {
    int length = Math.max(s.patch(), Tile.COLUMNS);
    int rows = images * s.positions();
    float[] patches = copies.atLeast(rows * length);
    Arrays.fill(patches, 0, rows * length, 0f);
    int channels = s.channels();
    for (int row = 0; row < rows; row++) {
      int i = row % s.positions() / s.outWidth() - s.padTop();
      int j = row % s.positions() % s.outWidth() - s.padLeft();
      int left = Math.max(0, j);
      int right = Math.min(s.width(), j + s.kernelWidth());
      for (int a = Math.max(0, -i); a < Math.min(s.kernelHeight(), s.height() - i); a++) {
        int from =
            (image + row / s.positions()) * x.numCols + ((i + a) * s.width() + left) * channels;
        int to = row * length + (a * s.kernelWidth() + left - j) * channels;
        for (int c = 0; c < (right - left) * channels; c++) {
          patches[to + c] = x.data[from + c];
        }
      }
    }
    left.matrix(patches, 0, rows, length);
    left.length = s.patch();
  }
}
