package org.epochflow.model.kernel.vector;

import static org.epochflow.model.kernel.vector.Lanes.LENGTH;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Convolution;
import org.epochflow.model.kernel.Scratch;
import org.epochflow.model.parallel.Share;

/**
 * Depthwise convolutions with vectors over the channels: all places of the kernel for some
 * positions of a line at once, so that each input is read from the first cache. The gradient of the
 * input is the same loop over the gradient of the output, once for each remainder of the strides.
 *
 * <p>Images are read and written in place where they have no padding, as many channels as filters,
 * and those fill vectors. If not, an image is copied to one that does.
 */
final class VectorDepthwise {
  /** About how many values of the gradient are copied at once. */
  private static final int CHUNK = 65_536;

  private final Share share;
  private final Scratch inputs = new Scratch();
  private final Scratch outputs = new Scratch();
  private final Scratch rows = new Scratch();

  /** What sums begin with, then the weights of each place: rows of {@link #room}. */
  private float[] weights = {};

  /** Where the input of each place is, counted from that of the first. */
  private int[] places = {};

  private int count;

  /** Whether the kernel is of 3x3 and each column is read by three positions side by side. */
  private boolean slides;

  /** The channels, filled up to whole vectors. */
  private int room;

  /** What smaller outputs become. */
  private float least;

  VectorDepthwise(Share share) {
    this.share = share;
  }

  void forward(Convolution s, FMatrixRMaj x, float[] w, int at, boolean relu, FMatrixRMaj y) {
    int filters = s.filters();
    begin(s, filters);
    least = relu ? 0 : Float.NEGATIVE_INFINITY;
    if (s.biased()) {
      System.arraycopy(w, at + s.places() * filters, weights, 0, filters);
    }
    boolean copied = copies(s);
    boolean ragged = room != filters;
    int line = (copied ? s.coveredWidth() : s.width()) * room;
    for (int place = 0; place < s.places(); place++) {
      addPlace(w, at + place * filters, filters, place(s, place, line, room));
    }
    float[] in = copied ? inputs.zeros(s.coveredHeight() * line) : x.data;
    float[] out = ragged ? outputs.atLeast(s.positions() * room) : y.data;
    for (int image = share.from(x.numRows); image < share.to(x.numRows); image++) {
      int from = copied ? 0 : image * x.numCols;
      int to = ragged ? 0 : image * y.numCols;
      if (copied) {
        copy(s, x.data, image * x.numCols, 0, filters, in);
      }
      for (int i = 0; i < s.outHeight(); i++) {
        int begin = from + i * s.strideHeight() * line;
        int end = to + i * s.outWidth() * room;
        line(in, begin, s.strideWidth() * room, s.outWidth(), out, end, room);
      }
      if (ragged) {
        VectorElements.narrow(out, 0, s.positions(), room, 1, filters, y.data, image * y.numCols);
      }
    }
  }

  /** For some of the filters, of all images. */
  void gradient(Convolution s, FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at) {
    int filters = s.filters();
    int first = share.from(filters, LENGTH);
    int own = share.to(filters, LENGTH) - first;
    if (own == 0) {
      return;
    }
    begin(s, own);
    boolean ragged = room != own;
    boolean copied = ragged || copies(s);
    int apart = copied ? room : s.channels();
    int line = (copied ? s.coveredWidth() : s.width()) * apart;
    for (int place = 0; place < s.places(); place++) {
      places[count++] = place(s, place, line, apart);
    }
    int bias = at + s.places() * filters + first;
    if (s.biased()) {
      Arrays.fill(gradient, bias, bias + own, 0f);
    }
    float[] in = copied ? inputs.zeros(s.coveredHeight() * line) : x.data;
    float[] out = ragged ? outputs.zeros(s.positions() * room) : dy.data;
    int outApart = ragged ? room : filters;
    for (int image = 0; image < x.numRows; image++) {
      int from = copied ? 0 : image * x.numCols + first;
      int to = ragged ? 0 : image * dy.numCols + first;
      if (copied) {
        copy(s, x.data, image * x.numCols, first, own, in);
      }
      for (int p = 0; ragged && p < s.positions(); p++) {
        System.arraycopy(dy.data, image * dy.numCols + p * filters + first, out, p * room, own);
      }
      for (int i = 0; i < s.outHeight(); i++) {
        int begin = from + i * s.strideHeight() * line;
        int end = to + i * s.outWidth() * outApart;
        sum(in, begin, s.strideWidth() * apart, out, end, outApart, s.outWidth());
      }
      if (s.biased()) {
        int rowsAt = image * dy.numCols;
        VectorElements.addRows(
            dy.data, rowsAt, s.positions(), filters, first, first + own, gradient, bias - first);
      }
    }
    for (int place = 0; place < count; place++) {
      System.arraycopy(weights, place * room, gradient, at + place * filters + first, own);
    }
  }

  void inputGradient(Convolution s, FMatrixRMaj dy, float[] w, int at, FMatrixRMaj dx) {
    int filters = s.filters();
    begin(s, filters);
    least = Float.NEGATIVE_INFINITY;
    int above = ((s.kernelHeight() - 1) * s.dilationHeight() - s.padTop()) / s.strideHeight();
    int before = ((s.kernelWidth() - 1) * s.dilationWidth() - s.padLeft()) / s.strideWidth();
    int height =
        above + Math.max(s.outHeight(), (s.height() - 1 + s.padTop()) / s.strideHeight() + 1);
    int width =
        before + Math.max(s.outWidth(), (s.width() - 1 + s.padLeft()) / s.strideWidth() + 1);
    boolean folded = room != s.channels();
    int size = height * width * room;
    int first = share.from(dy.numRows);
    int last = share.to(dy.numRows);
    int step = Math.min(last - first, Math.max(1, CHUNK / size));
    float[] in = inputs.zeros(step * size);
    int image = s.height() * s.width() * room;
    float[] out = folded ? outputs.atLeast(step * image) : dx.data;
    for (int begin = first; begin < last; begin += step) {
      int images = Math.min(step, last - begin);
      for (int row = 0; row < images * s.outHeight(); row++) {
        int to = (row / s.outHeight() * height + row % s.outHeight() + above) * width + before;
        int from = (begin * s.outHeight() + row) * s.outWidth() * filters;
        VectorElements.widen(dy.data, from, s.outWidth(), filters, in, to * room, room);
      }
      for (int remainder = 0; remainder < s.strideHeight() * s.strideWidth(); remainder++) {
        int a = remainder / s.strideWidth();
        int b = remainder % s.strideWidth();
        placesOf(s, a, b, w, at, above * width + before, width);
        for (int i = 0; i < images; i++) {
          int to = (folded ? i * image : (begin + i) * dx.numCols) + b * room;
          for (int y = a; y < s.height(); y += s.strideHeight()) {
            int from = i * size + y / s.strideHeight() * width * room;
            int columns = (s.width() - b + s.strideWidth() - 1) / s.strideWidth();
            int end = to + y * s.width() * room;
            line(in, from, room, columns, out, end, s.strideWidth() * room);
          }
        }
      }
      for (int i = 0; folded && i < images; i++) {
        int each = filters / s.channels();
        int values = s.height() * s.width();
        int to = (begin + i) * dx.numCols;
        VectorElements.narrow(out, i * image, values, room, each, s.channels(), dx.data, to);
      }
    }
  }

  /**
   * The places that inputs at {@code (a, b)} and every stride from there have to do with, the last
   * first, so that their outputs follow one another as they lie in memory.
   */
  private void placesOf(Convolution s, int a, int b, float[] w, int at, int origin, int width) {
    count = 0;
    for (int place = s.places() - 1; place >= 0; place--) {
      int i = a + s.padTop() - place / s.kernelWidth() * s.dilationHeight();
      int j = b + s.padLeft() - place % s.kernelWidth() * s.dilationWidth();
      if (i % s.strideHeight() == 0 && j % s.strideWidth() == 0) {
        int from = origin + i / s.strideHeight() * width + j / s.strideWidth();
        addPlace(w, at + place * s.filters(), s.filters(), from * room);
      }
    }
  }

  /** Makes room for so many channels; all weights and sums are 0. */
  private void begin(Convolution s, int channels) {
    room = (channels + LENGTH - 1) / LENGTH * LENGTH;
    weights = rows.zeros((s.places() + 1) * room);
    slides =
        s.kernelHeight() == 3
            && s.kernelWidth() == 3
            && s.strideWidth() == 1
            && s.dilationWidth() == 1;
    count = 0;
    if (places.length < s.places()) {
      places = new int[s.places()];
    }
  }

  private void addPlace(float[] w, int at, int filters, int place) {
    places[count++] = place;
    System.arraycopy(w, at, weights, count * room, filters);
  }

  /** Where the input of a place is, counted from that of the first, in lines of columns. */
  private static int place(Convolution s, int place, int line, int column) {
    return place / s.kernelWidth() * s.dilationHeight() * line
        + place % s.kernelWidth() * s.dilationWidth() * column;
  }

  /** Whether images are not read in place. */
  private static boolean copies(Convolution s) {
    return s.isPadded() || s.filters() != s.channels() || s.filters() % LENGTH != 0;
  }

  /** Copies an image into the zeros around it, the input of each filter from {@code first} on. */
  private void copy(Convolution s, float[] x, int from, int first, int filters, float[] padded) {
    int each = s.filters() / s.channels();
    int columns = Math.min(s.width(), s.coveredWidth() - s.padLeft());
    int lines = Math.min(s.height(), s.coveredHeight() - s.padTop());
    for (int i = 0; i < lines; i++) {
      int in = from + i * s.width() * s.channels();
      int to = ((i + s.padTop()) * s.coveredWidth() + s.padLeft()) * room;
      if (each == 1 && filters == s.channels()) {
        VectorElements.widen(x, in, columns, filters, padded, to, room);
        continue;
      }
      for (int j = 0; j < columns; j++) {
        for (int f = 0; f < filters; f++) {
          padded[to + j * room + f] = x[in + j * s.channels() + (first + f) / each];
        }
      }
    }
  }

  /** The sums over all places at some positions, which are {@code step} apart. */
  private void line(float[] x, int from, int step, int positions, float[] y, int to, int yStep) {
    if (slides && count == 9) {
      int down = places[3] - places[0];
      for (int c = 0; c < room; c += LENGTH) {
        int in = from + places[0] + c;
        Tile9x1.positions(x, in, down, step, positions, weights, c, room, least, y, to + c, yStep);
      }
      return;
    }
    for (int j = 0; j < positions; j += 4) {
      int last = Math.min(3, positions - 1 - j);
      for (int c = 0; c < room; c += 2 * LENGTH) {
        int second = c + LENGTH < room ? LENGTH : 0;
        int in = from + j * step + c;
        int out = to + j * yStep + c;
        Tile4x2.positions(
            x, in, step, last, places, count, weights, c, room, second, least, y, out, yStep);
      }
    }
  }

  /** Adds the products at a line of positions to the sums of all places. */
  private void sum(
      float[] x, int from, int step, float[] dy, int dyFrom, int dyStep, int positions) {
    if (slides) {
      for (int c = 0; c < room; c += LENGTH) {
        int in = from + c;
        Tile9x1.places(x, in, places[3], step, positions, dy, dyFrom + c, dyStep, weights, c, room);
      }
      return;
    }
    for (int place = 0; place < count; place += 3) {
      int next = Math.min(place + 1, count - 1);
      int third = Math.min(place + 2, count - 1);
      for (int c = 0; c < room; c += 2 * LENGTH) {
        Tile4x2.places(
            x,
            from + c + places[place],
            from + c + places[next],
            from + c + places[third],
            step,
            dy,
            dyFrom + c,
            dyStep,
            positions,
            weights,
            place * room + c,
            next * room + c,
            third * room + c,
            c + LENGTH < room ? LENGTH : 0);
      }
    }
  }
}
