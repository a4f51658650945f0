package org.epochflow.model.kernel.vector;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Convolution;
import org.epochflow.model.kernel.Scratch;
import org.epochflow.model.parallel.Share;

/** Convolutions with vectors: products whose left rows are {@link Patches}. */
final class VectorConvolution {
  /** About how many patches are worked on at once, so that they stay in the second cache. */
  private static final int CHUNK = 256;

  /** The most values of images that are copied at once, unless one has more. */
  private static final int MOST_COPIED = 1 << 22;

  private final Share share;
  private final Products products;
  private final Patches patches = new Patches();
  private final Rows gradients = new Rows();
  private final Rows result = new Rows();
  private final Right right = new Right();
  private final Scratch padded = new Scratch();
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

  /**
   * Computes the outputs of the images {@code first} to {@code last}, exclusive, and writes them to
   * {@code y} from {@code to} on.
   */
  void forward(
      Convolution s,
      FMatrixRMaj x,
      int first,
      int last,
      float[] w,
      int at,
      boolean relu,
      float[] y,
      int to) {
    int size = s.patch() * s.filters();
    boolean withZeros = SingleChannel.fits(s) && !s.biased();
    float[] biased = withZeros ? unbiased.atLeast(size + s.filters()) : w;
    int biasedAt = withZeros ? 0 : at;
    if (withZeros) {
      System.arraycopy(w, at, biased, 0, size);
      Arrays.fill(biased, size, size + s.filters(), 0f);
    }
    right.matrix(w, at, s.filters());
    int outputs = s.positions() * s.filters();
    int step = imagesAtOnce(s);
    for (int image = first; image < last; image += step) {
      int images = Math.min(step, last - image);
      int from = to + (image - first) * outputs;
      Rows left = patches.of(s, x, image, images);
      if (SingleChannel.fits(s)) {
        float least = relu ? 0 : Float.NEGATIVE_INFINITY;
        SingleChannel.forward(left, biased, biasedAt, s.filters(), least, y, from);
        continue;
      }
      result.matrix(y, from, left.rows, s.filters());
      products.rows(left, right, 0, s.filters(), s.biased(), w, at + size, result);
      if (relu) {
        VectorElements.relu(y, from, from + images * outputs);
      }
    }
  }

  /**
   * Computes the gradients of this member's share of the weights and the bias, for the images
   * {@code first} to {@code last}, exclusive, whose {@code dy} begins at {@code dyAt}. From the
   * second image on they are added to those that are there.
   */
  void gradient(
      Convolution s,
      FMatrixRMaj x,
      int first,
      int last,
      float[] dy,
      int dyAt,
      float[] gradient,
      int at) {
    int outputs = s.positions() * s.filters();
    int step = imagesAtOnce(s);
    for (int image = first; image < last; image += step) {
      int from = dyAt + (image - first) * outputs;
      Rows left = patches.of(s, x, image, Math.min(step, last - image));
      if (SingleChannel.fits(s)) {
        gradientOfSingleChannel(s, left, dy, from, image == 0, gradient, at);
      } else {
        gradient(s, left, dy, from, image == 0, gradient, at);
      }
    }
  }

  /** The first filter whose {@code dy} this member reads for {@link #gradient}. */
  int firstFilter(Convolution s) {
    return SingleChannel.fits(s) ? SingleChannel.filter(share.from(SingleChannel.parts(s))) : 0;
  }

  /** One past the last of them. */
  int lastFilter(Convolution s) {
    return SingleChannel.fits(s)
        ? SingleChannel.filter(share.to(SingleChannel.parts(s)) + SingleChannel.ROWS - 1)
        : s.filters();
  }

  private void gradient(
      Convolution s, Rows left, float[] dy, int from, boolean fresh, float[] gradient, int at) {
    int filters = s.filters();
    int row = share.from(s.patch(), Tile.COLUMNS);
    int lastRow = share.to(s.patch(), Tile.COLUMNS);
    right.matrix(dy, from, filters);
    products.columns(left, row, lastRow, right, fresh, gradient, at);
    if (s.biased()) {
      int bias = at + s.patch() * filters;
      int filter = share.from(filters, Lanes.LENGTH);
      int lastFilter = share.to(filters, Lanes.LENGTH);
      if (fresh) {
        Arrays.fill(gradient, bias + filter, bias + lastFilter, 0f);
      }
      VectorElements.addRows(dy, from, left.rows, filters, filter, lastFilter, gradient, bias);
    }
  }

  /** Which also sums the bias's gradient: to a place of its own, if there is no bias. */
  private void gradientOfSingleChannel(
      Convolution s, Rows left, float[] dy, int from, boolean fresh, float[] gradient, int at) {
    int filters = s.filters();
    int part = share.from(SingleChannel.parts(s));
    int lastPart = share.to(SingleChannel.parts(s));
    float[] bias = s.biased() ? gradient : unbiased.atLeast(filters);
    int biasAt = s.biased() ? at + s.patch() * filters : 0;
    SingleChannel.gradient(
        left, dy, from, part, lastPart, filters, fresh, gradient, at, bias, biasAt);
  }

  /** Takes the weights for {@link #inputGradient}. */
  void turn(Convolution s, float[] w, int at) {
    int filters = s.filters();
    float[] turnedWeights = turned.atLeast(s.patch() * filters);
    if (!isSame(s)) {
      VectorElements.transpose(w, at, s.patch(), filters, turnedWeights, 0, s.patch());
      return;
    }
    int size = s.channels() * filters;
    for (int place = 0; place < s.places(); place++) {
      int from = place * size;
      VectorElements.transpose(
          w, at + from, s.channels(), filters, turnedWeights, from, s.channels());
    }
  }

  /**
   * Whether the input's gradient is itself computed as a convolution, whose sums stay in registers
   * for longer: where it has no more positions than the outputs.
   */
  private static boolean isSame(Convolution s) {
    return s.outHeight() == s.height()
        && s.outWidth() == s.width()
        && s.dilationHeight() == 1
        && s.dilationWidth() == 1;
  }

  /**
   * Computes the gradients of the images {@code first} to {@code last}, exclusive, whose {@code dy}
   * begins at {@code dyAt}: adds {@code dy w'} for each place of the kernel in turn, to the values
   * that the place covers.
   */
  void inputGradient(Convolution s, float[] dy, int dyAt, int first, int last, FMatrixRMaj dx) {
    if (isSame(s)) {
      inputGradientOfSame(s, dy, dyAt, first, last, dx);
      return;
    }
    float[] turnedWeights = turned.atLeast(0);
    boolean isPadded = s.isPadded();
    if (!isPadded) {
      Arrays.fill(dx.data, first * dx.numCols, last * dx.numCols, 0f);
    }
    int size = s.coveredHeight() * s.coveredWidth() * s.channels();
    int outputs = s.positions() * s.filters();
    int step = imagesAtOnce(s);
    for (int image = first; image < last; image += step) {
      int images = Math.min(step, last - image);
      int from = dyAt + (image - first) * outputs;
      gradients.matrix(dy, from, images * s.positions(), s.filters());
      if (isPadded) {
        float[] sums = padded.zeros(images * size);
        addPlaces(s, turnedWeights, sums, 0, images, s.coveredHeight(), s.coveredWidth());
        for (int i = 0; i < images; i++) {
          unpad(s, sums, i * size, dx.data, (image + i) * dx.numCols);
        }
      } else {
        addPlaces(s, turnedWeights, dx.data, image * dx.numCols, images, s.height(), s.width());
      }
    }
  }

  private void inputGradientOfSame(
      Convolution s, float[] dy, int dyAt, int first, int last, FMatrixRMaj dx) {
    float[] turnedWeights = turned.atLeast(0);
    right.matrix(turnedWeights, 0, s.channels());
    int outputs = s.positions() * s.filters();
    int step = imagesAtOnce(s);
    for (int image = first; image < last; image += step) {
      int images = Math.min(step, last - image);
      int from = dyAt + (image - first) * outputs;
      Rows left =
          s.places() == 1
              ? gradients.matrix(dy, from, images * s.positions(), s.filters())
              : patches.turned(s, dy, from, images);
      result.matrix(dx.data, image * dx.numCols, left.rows, s.channels());
      products.rows(left, right, 0, s.channels(), false, turnedWeights, 0, result);
    }
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
      products.addRows(gradients, right, result, (i * width + j) * s.channels());
    }
  }

  /** Copies what is inside the image; what no window covers has no gradient. */
  private static void unpad(Convolution s, float[] sums, int from, float[] image, int to) {
    int line = s.width() * s.channels();
    int covered = Math.min(s.width(), s.coveredWidth() - s.padLeft()) * s.channels();
    for (int y = 0; y < s.height(); y++) {
      int at = to + y * line;
      int used = y + s.padTop() < s.coveredHeight() ? covered : 0;
      int row = (y + s.padTop()) * s.coveredWidth() + s.padLeft();
      System.arraycopy(sums, used == 0 ? 0 : from + row * s.channels(), image, at, used);
      Arrays.fill(image, at + used, at + line, 0f);
    }
  }
}
