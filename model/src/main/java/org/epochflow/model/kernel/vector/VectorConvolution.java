package org.epochflow.model.kernel.vector;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Convolution;
import org.epochflow.model.kernel.Scratch;
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

  /** The most values of images that are copied at once, unless one has more. */
  private static final int MOST_COPIED = 1 << 22;

  private final Share share;
  private final Products products;
  private final Rows left = new Rows();
  private final Rows result = new Rows();
  private final Right right = new Right();
  private final Scratch copies = new Scratch();
  private final Scratch turned = new Scratch();
  private final Scratch unbiased = new Scratch();

  VectorConvolution(Share share, Products products) {
    this.share = share;
    this.products = products;
  }

  private static int imagesAtOnce(Convolution s) {
    int size = s.coveredHeight() * s.coveredWidth() * s.channels();
    return Math.max(1, Math.min(CHUNK / s.positions(), MOST_COPIED / size));
  }

  void forward(Convolution s, FMatrixRMaj x, float[] w, int at, boolean relu, FMatrixRMaj y) {
    int size = s.patch() * s.filters();
    boolean withZeros = SingleChannel.fits(s) && !s.biased();
    float[] biased = withZeros ? unbiased.atLeast(size + s.filters()) : w;
    int biasedAt = withZeros ? 0 : at;
    if (withZeros) {
      System.arraycopy(w, at, biased, 0, size);
      Arrays.fill(biased, size, size + s.filters(), 0f);
    }
    right.matrix(w, at, s.filters());
    int step = imagesAtOnce(s);
    int last = share.to(x.numRows);
    for (int image = share.from(x.numRows); image < last; image += step) {
      int images = Math.min(step, last - image);
      int from = image * y.numCols;
      patches(s, x, image, images);
      if (SingleChannel.fits(s)) {
        float least = relu ? 0 : Float.NEGATIVE_INFINITY;
        SingleChannel.forward(left, biased, biasedAt, s.filters(), least, y.data, from);
        continue;
      }
      result.matrix(y.data, from, left.rows, s.filters());
      products.rows(left, right, 0, s.filters(), s.biased(), w, at + size, result);
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
    if (SingleChannel.fits(s)) {
      gradientOfSingleChannel(s, x, dy, filter, lastFilter, gradient, at);
      return;
    }
    if (s.biased()) {
      Arrays.fill(gradient, bias + filter, bias + lastFilter, 0f);
    }
    int row = share.from(s.patch(), Tile.COLUMNS);
    int lastRow = share.to(s.patch(), Tile.COLUMNS);
    int step = imagesAtOnce(s);
    for (int image = 0; image < x.numRows; image += step) {
      int images = Math.min(step, x.numRows - image);
      int from = image * dy.numCols;
      patches(s, x, image, images);
      right.matrix(dy.data, from, filters);
      products.columns(left, row, lastRow, right, image == 0, gradient, at);
      if (s.biased()) {
        VectorElements.addRows(
            dy.data, from, left.rows, filters, filter, lastFilter, gradient, bias);
      }
    }
  }

  /** Which also sums the bias's gradient: to a place of its own, if there is no bias. */
  private void gradientOfSingleChannel(
      Convolution s,
      FMatrixRMaj x,
      FMatrixRMaj dy,
      int filter,
      int lastFilter,
      float[] gradient,
      int at) {
    int filters = s.filters();
    int rows = s.places();
    float[] sums = s.biased() ? gradient : unbiased.atLeast((rows + 1) * filters);
    int sumsAt = s.biased() ? at : 0;
    int step = imagesAtOnce(s);
    for (int image = 0; image < x.numRows; image += step) {
      patches(s, x, image, Math.min(step, x.numRows - image));
      SingleChannel.gradient(
          left, dy.data, image * dy.numCols, filter, lastFilter, filters, image == 0, sums, sumsAt);
    }
    for (int row = 0; !s.biased() && row < rows; row++) {
      int from = row * filters + filter;
      System.arraycopy(sums, from, gradient, at + from, lastFilter - filter);
    }
  }

  /**
   * Adds {@code dy w'} for each place of the kernel in turn, to the values that the place covers.
   */
  void inputGradient(Convolution s, FMatrixRMaj dy, float[] w, int at, FMatrixRMaj dx) {
    float[] turnedWeights = turned.atLeast(s.patch() * s.filters());
    VectorElements.transpose(w, at, s.patch(), s.filters(), turnedWeights, 0, s.patch());
    boolean padded = s.isPadded();
    boolean product = isProduct(s);
    int first = share.from(dy.numRows);
    int last = share.to(dy.numRows);
    if (!padded && !product) {
      Arrays.fill(dx.data, first * dx.numCols, last * dx.numCols, 0f);
    }
    int size = s.coveredHeight() * s.coveredWidth() * s.channels();
    int step = imagesAtOnce(s);
    for (int image = first; image < last; image += step) {
      int images = Math.min(step, last - image);
      left.matrix(dy.data, image * dy.numCols, images * s.positions(), s.filters());
      if (product) {
        right.matrix(turnedWeights, 0, s.channels());
        result.matrix(dx.data, image * dx.numCols, left.rows, s.channels());
        products.rows(left, right, 0, s.channels(), false, turnedWeights, 0, result);
      } else if (padded) {
        float[] sums = copies.zeros(images * size);
        addPlaces(s, turnedWeights, sums, 0, images, s.coveredHeight(), s.coveredWidth());
        for (int i = 0; i < images; i++) {
          unpad(s, sums, i * size, dx.data, (image + i) * dx.numCols);
        }
      } else {
        addPlaces(s, turnedWeights, dx.data, image * dx.numCols, images, s.height(), s.width());
      }
    }
  }

  /** Whether it is one matrix product: of 1x1, at every place. */
  private static boolean isProduct(Convolution s) {
    return s.places() == 1
        && !s.isPadded()
        && s.outHeight() == s.height()
        && s.outWidth() == s.width();
  }

  private void addPlaces(
      Convolution s,
      float[] turnedWeights,
      float[] dx,
      int from,
      int images,
      int height,
      int width) {
    result.patches(s, dx, from, images, height, width);
    for (int place = 0; place < s.places(); place++) {
      int i = place / s.kernelWidth() * s.dilationHeight();
      int j = place % s.kernelWidth() * s.dilationWidth();
      right.columns(turnedWeights, place * s.channels(), s.channels(), s.patch());
      products.addRows(left, right, result, (i * width + j) * s.channels());
    }
  }

  /** Copies what is inside the image; what no window covers has no gradient. */
  private static void unpad(Convolution s, float[] padded, int from, float[] image, int to) {
    int line = s.width() * s.channels();
    int covered = Math.min(s.width(), s.coveredWidth() - s.padLeft()) * s.channels();
    for (int y = 0; y < s.height(); y++) {
      int at = to + y * line;
      int used = y + s.padTop() < s.coveredHeight() ? covered : 0;
      int row = (y + s.padTop()) * s.coveredWidth() + s.padLeft();
      System.arraycopy(padded, used == 0 ? 0 : from + row * s.channels(), image, at, used);
      Arrays.fill(image, at + used, at + line, 0f);
    }
  }

  /** Whether runs are long enough to be read in place. */
  private static boolean direct(Convolution s) {
    int places = s.dilationWidth() == 1 ? s.kernelWidth() : 1;
    return places * s.channels() >= Tile.COLUMNS || SingleChannel.fits(s);
  }

  /** Sets {@link #left} to the patches of some images. */
  private void patches(Convolution s, FMatrixRMaj x, int image, int images) {
    if (!direct(s)) {
      gather(s, x, image, images);
    } else if (s.isPadded()) {
      left.patches(s, padded(s, x, image, images), 0, images, s.coveredHeight(), s.coveredWidth());
    } else {
      left.patches(s, x.data, image * x.numCols, images, s.height(), s.width());
    }
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
