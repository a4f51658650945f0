package org.epochflow.model.kernel.vector;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.kernel.Scratch;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.parallel.Share;

/** Dense layers with vectors. */
final class VectorDense {
  /** The fewest examples for which a thread packs a layer's weights for itself. */
  private static final int LEAST_EXAMPLES = 16;

  /** About how many values of the gradient exist at a time, for a batch of one or two. */
  private static final int RUN = 8192;

  /** Likewise for larger batches, for each of which the panels of a product are copied again. */
  private static final int TILED_RUN = 32_768;

  /** Rows that make a run end at the end of a vector, and of a tile. */
  private static final int GRAIN =
      Lanes.LENGTH % Tile.COLUMNS == 0 ? Lanes.LENGTH : 3 * Lanes.LENGTH;

  private final Share share;
  private final Products products;
  private final Rows left = new Rows();
  private final Rows result = new Rows();
  private final Right right = new Right();
  private final Streams streams = new Streams();
  private final InnerProducts inner = new InnerProducts();
  private final Scratch scratch = new Scratch();
  private final Scratch runs = new Scratch();

  VectorDense(Share share, Products products) {
    this.share = share;
    this.products = products;
  }

  boolean cutsExamples(int examples) {
    return examples >= share.of() * LEAST_EXAMPLES;
  }

  void forward(FMatrixRMaj x, float[] w, int at, boolean biased, boolean relu, FMatrixRMaj y) {
    int examples = x.numRows;
    int units = y.numCols;
    if (cutsExamples(examples)) {
      int from = share.from(examples);
      forward(x, from, share.to(examples) - from, w, at, biased, 0, units, relu, y);
    } else {
      int grain = examples <= Streams.ROWS ? Streams.WIDTH : Right.WIDTH;
      int from = share.from(units, grain);
      forward(x, 0, examples, w, at, biased, from, share.to(units, grain), relu, y);
    }
  }

  /**
   * The outputs of some examples in the columns {@code from} to {@code to}. Without a bias, the
   * weights are not streamed: vectors of a narrow layer would be read beyond them.
   */
  private void forward(
      FMatrixRMaj x,
      int first,
      int examples,
      float[] w,
      int at,
      boolean biased,
      int from,
      int to,
      boolean relu,
      FMatrixRMaj y) {
    int in = x.numCols;
    int units = y.numCols;
    if (examples > Streams.ROWS
        || !biased
        || !streams.rows(x.data, examples, in, w, at, units, from, to, y.data)) {
      left.matrix(x.data, first * in, examples, in);
      right.matrix(w, at, units);
      result.matrix(y.data, first * units, examples, units);
      products.rows(left, right, from, to, biased, w, at + in * units, result);
    }
    if (relu && from == 0 && to == units) {
      VectorElements.relu(y.data, first * units, (first + examples) * units);
    } else if (relu) {
      for (int row = first; row < first + examples; row++) {
        VectorElements.relu(y.data, row * units + from, row * units + to);
      }
    }
  }

  void gradient(FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at, boolean biased) {
    int in = x.numCols;
    int units = dy.numCols;
    int from = share.from(in, Tile.COLUMNS);
    int to = share.to(in, Tile.COLUMNS);
    if (x.numRows <= Streams.ROWS) {
      streams.gradient(x.data, x.numRows, in, from, to, dy.data, units, gradient, at);
    } else {
      gradientInTiles(x, from, to, dy, gradient, at);
    }
    if (biased) {
      biasGradient(dy, gradient, at + in * units);
    }
  }

  private void biasGradient(FMatrixRMaj dy, float[] gradient, int at) {
    int from = share.from(dy.numCols, Lanes.LENGTH);
    int to = share.to(dy.numCols, Lanes.LENGTH);
    Arrays.fill(gradient, at + from, at + to, 0f);
    VectorElements.addRows(dy.data, 0, dy.numRows, dy.numCols, from, to, gradient, at);
  }

  /** Uses the gradient run by run, so that it never leaves the second cache. */
  void update(
      Kernels kernels,
      FMatrixRMaj x,
      FMatrixRMaj dy,
      float[] w,
      float[] gradient,
      int at,
      boolean biased,
      Update update) {
    int in = x.numCols;
    int units = dy.numCols;
    int to = share.to(in, Tile.COLUMNS);
    boolean few = x.numRows <= Streams.ROWS;
    int rows = Math.max(1, (few ? RUN : TILED_RUN) / units / GRAIN) * GRAIN;
    float[] run = runs.atLeast(rows * units);
    for (int row = share.from(in, Tile.COLUMNS); row < to; row += rows) {
      int last = Math.min(to, row + rows);
      if (few) {
        streams.gradient(x.data, x.numRows, in, row, last, dy.data, units, run, -row * units);
      } else {
        gradientInTiles(x, row, last, dy, run, -row * units);
      }
      update.apply(kernels, w, at + row * units, at + last * units, run, 0);
    }
    if (biased) {
      int bias = at + in * units;
      biasGradient(dy, gradient, bias);
      int first = bias + share.from(units, Lanes.LENGTH);
      int last = bias + share.to(units, Lanes.LENGTH);
      update.apply(kernels, w, first, last, gradient, first);
    }
  }

  private void gradientInTiles(
      FMatrixRMaj x, int from, int to, FMatrixRMaj dy, float[] gradient, int at) {
    int in = x.numCols;
    if (in >= Tile.COLUMNS) {
      left.matrix(x.data, 0, x.numRows, in);
    } else {
      left.matrix(widened(x), 0, x.numRows, Tile.COLUMNS);
      left.length = in;
    }
    right.matrix(dy.data, 0, dy.numCols);
    products.columns(left, from, to, right, true, gradient, at);
  }

  /** The rows of {@code x}, each followed by arbitrary values up to the length of a tile. */
  private float[] widened(FMatrixRMaj x) {
    float[] wider = scratch.atLeast(x.numRows * Tile.COLUMNS);
    for (int row = 0; row < x.numRows; row++) {
      System.arraycopy(x.data, row * x.numCols, wider, row * Tile.COLUMNS, x.numCols);
    }
    return wider;
  }

  void inputGradient(FMatrixRMaj dy, float[] w, int at, boolean biased, FMatrixRMaj dx) {
    int examples = dy.numRows;
    int in = dx.numCols;
    if (cutsExamples(examples)) {
      int from = share.from(examples);
      inputGradient(dy, from, share.to(examples) - from, w, at, biased, 0, in, dx);
    } else {
      int from = share.from(in, Tile.ROWS);
      inputGradient(dy, 0, examples, w, at, biased, from, share.to(in, Tile.ROWS) - from, dx);
    }
  }

  /**
   * Computes {@code dx} for some examples and {@code rows} rows of the weights: of few units as
   * {@code dy w'}, else as {@code dx' = w dy'}, which reads the weights in place and transposes the
   * batch. Inner products of a narrow layer read beyond its weights, so they need the bias.
   */
  private void inputGradient(
      FMatrixRMaj dy,
      int first,
      int examples,
      float[] w,
      int at,
      boolean biased,
      int from,
      int rows,
      FMatrixRMaj dx) {
    if (rows == 0) {
      return;
    }
    int in = dx.numCols;
    int units = dy.numCols;
    if (biased && InnerProducts.take(examples, units)) {
      inner.columns(dy.data, examples, units, w, at, from, from + rows, dx.data, in);
      return;
    }
    if (2 * units <= examples && rows == in) {
      left.matrix(dy.data, first * units, examples, units);
      right.transposed(w, at, units, in);
      result.matrix(dx.data, first * in, examples, in);
      products.rows(left, right, 0, in, false, w, at, result);
      return;
    }
    float[] turned = scratch.atLeast(rows * examples);
    left.matrix(w, at + from * units, rows, units);
    right.transposed(dy.data, first * units, units, examples);
    result.matrix(turned, 0, rows, examples);
    products.rows(left, right, 0, examples, false, turned, 0, result);
    VectorElements.transpose(turned, 0, rows, examples, dx.data, first * in + from, in);
  }
}
