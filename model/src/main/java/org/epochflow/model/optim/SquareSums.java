package org.epochflow.model.optim;

import java.util.List;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.parallel.Share;

/**
 * The sums of the squares of variables' values, in float64, by an order that does not depend on the
 * threads: the values in pieces of a fixed length, then the pieces.
 */
final class SquareSums {
  private static final int PIECE = 4096;
  private final List<Variable> variables;

  /** The number of the first piece of each variable, and last the number of pieces. */
  private final int[] first;

  private final double[] sums;

  SquareSums(List<Variable> variables) {
    this.variables = variables;
    first = new int[variables.size() + 1];
    for (int i = 0; i < variables.size(); i++) {
      first[i + 1] = first[i] + (variables.get(i).size() + PIECE - 1) / PIECE;
    }
    sums = new double[first[variables.size()]];
  }

  /** Sums a thread's share of the pieces. All threads must have done so before a sum is asked. */
  void add(float[] x, Share share) {
    int from = share.from(sums.length);
    int to = share.to(sums.length);
    for (int i = 0; i < variables.size(); i++) {
      Variable variable = variables.get(i);
      for (int piece = Math.max(from, first[i]); piece < Math.min(to, first[i + 1]); piece++) {
        int begin = variable.offset() + (piece - first[i]) * PIECE;
        sums[piece] = sum(x, begin, Math.min(variable.end(), begin + PIECE));
      }
    }
  }

  /** Four sums side by side, as an addition has to wait for the one before it. */
  private static double sum(float[] x, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 4 <= to; i += 4) {
      a += (double) x[i] * x[i];
      b += (double) x[i + 1] * x[i + 1];
      c += (double) x[i + 2] * x[i + 2];
      d += (double) x[i + 3] * x[i + 3];
    }
    for (; i < to; i++) {
      a += (double) x[i] * x[i];
    }
    return a + b + (c + d);
  }

  /** Of one variable. */
  double of(int variable) {
    return sum(first[variable], first[variable + 1]);
  }

  /** Of all variables. */
  double all() {
    return sum(0, sums.length);
  }

  private double sum(int from, int to) {
    double sum = 0;
    for (int piece = from; piece < to; piece++) {
      sum += sums[piece];
    }
    return sum;
  }
}
