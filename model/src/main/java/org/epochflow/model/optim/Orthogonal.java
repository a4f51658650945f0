package org.epochflow.model.optim;

import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.parallel.PieceSums;
import org.epochflow.model.parallel.Share;
import org.epochflow.model.parallel.Team;

/**
 * Muon's step of a matrix: {@code m += g + m (momentum - 1)}; x is m, or in Nesterov's form {@code
 * g + momentum m}, divided by its Frobenius norm, and transposed if it has more rows than columns;
 * five times {@code y = x x'}, {@code x = a x + (b y + c y y) x} (Newton and Schulz), which brings
 * all singular values near 1; {@code w -= w weightDecay rate} and {@code w -= rate rmsRate
 * sqrt(max(rows, columns)) x}.
 */
final class Orthogonal implements WholeStep {
  static final double A = 3.4445;
  static final double B = -4.7750;
  static final double C = 2.0315;

  /** How often x is replaced. */
  static final int TURNS = 5;

  private static final float LEAST_NORM = 1e-7f;
  private static final int CACHE_LINE = 16;

  private final Muon muon;
  private final Stepper.Parameters parameters;
  private final int offset;
  private final int rows;
  private final int columns;

  /** Followed by a row of zeros, as it is also the weights of a product, which have biases. */
  private final FMatrixRMaj x;

  private final FMatrixRMaj next;
  private final FMatrixRMaj y;
  private final FMatrixRMaj polynomial;
  private final PieceSums squares;

  Orthogonal(Muon muon, Variable variable, Stepper.Parameters parameters) {
    this.muon = muon;
    this.parameters = parameters;
    offset = variable.offset();
    rows = variable.dimensions().get(0);
    columns = variable.dimensions().get(1);
    int few = Math.min(rows, columns);
    int many = Math.max(rows, columns);
    x = new FMatrixRMaj(few, many);
    x.data = new float[(few + 1) * many];
    next = new FMatrixRMaj(few, many);
    y = new FMatrixRMaj(few, few);
    polynomial = new FMatrixRMaj(few, few);
    squares = new PieceSums(new int[] {0}, new int[] {rows * columns});
  }

  @Override
  public void take(Team team, int member, Kernels kernels, double rate) {
    Share share = team.share(member);
    accelerate(share);
    team.await();
    squares.add(share, (all, from, to) -> PieceSums.squares(x.data, from, to));
    team.await();
    divide(share, (float) Math.sqrt(squares.of(0)) + LEAST_NORM);
    for (int turn = 0; turn < TURNS; turn++) {
      team.await();
      kernels.denseInputGradient(x, x.data, 0, false, y);
      team.await();
      kernels.denseInputGradient(y, y.data, 0, false, polynomial);
      team.await();
      add(share, (float) B, y, (float) C, polynomial, polynomial);
      team.await();
      kernels.dense(polynomial, x.data, 0, false, false, next);
      team.await();
      add(share, (float) A, x, 1, next, x);
    }
    team.await();
    move(share, (float) rate);
  }

  /** The place in x of a value of the variable. */
  private int place(int row, int column) {
    return rows > columns ? column * rows + row : row * columns + column;
  }

  private void accelerate(Share share) {
    float[] m = parameters.slots().get(0);
    float[] g = parameters.gradient();
    float momentum = (float) muon.momentum();
    for (int row = share.from(rows); row < share.to(rows); row++) {
      for (int column = 0; column < columns; column++) {
        int i = offset + row * columns + column;
        m[i] = m[i] + (g[i] + m[i] * (momentum - 1)) + Pieces.FADE - Pieces.FADE;
        x.data[place(row, column)] = muon.nesterov() ? g[i] + momentum * m[i] : m[i];
      }
    }
  }

  private void divide(Share share, float norm) {
    int to = share.to(rows * columns, CACHE_LINE);
    for (int i = share.from(rows * columns, CACHE_LINE); i < to; i++) {
      x.data[i] /= norm;
    }
  }

  /** {@code sum = s one + t other}. */
  private static void add(
      Share share, float s, FMatrixRMaj one, float t, FMatrixRMaj other, FMatrixRMaj sum) {
    int size = sum.getNumElements();
    float[] a = one.data;
    float[] b = other.data;
    float[] c = sum.data;
    int to = share.to(size, CACHE_LINE);
    for (int i = share.from(size, CACHE_LINE); i < to; i++) {
      c[i] = s * a[i] + t * b[i];
    }
  }

  private void move(Share share, float rate) {
    float[] w = parameters.w();
    float decay = (float) muon.common().weightDecay();
    float root = (float) Math.sqrt(Math.max(rows, columns));
    float size = muon.rmsRate() == 0 ? rate : rate * root * (float) muon.rmsRate();
    for (int row = share.from(rows); row < share.to(rows); row++) {
      for (int column = 0; column < columns; column++) {
        int i = offset + row * columns + column;
        w[i] -= w[i] * decay * rate;
        w[i] -= size * x.data[place(row, column)];
      }
    }
  }
}
