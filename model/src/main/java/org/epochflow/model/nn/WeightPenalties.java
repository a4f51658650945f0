package org.epochflow.model.nn;

import java.util.List;
import org.epochflow.model.parallel.Share;

/**
 * The {@link Regularizer}s of a network's variables that train. The sum is by an order that does
 * not depend on the threads: the values in pieces of a fixed length, then the pieces.
 */
final class WeightPenalties {
  private static final int PIECE = 4096;
  private final List<Variable> variables;

  /** The number of the first piece of each variable, and last the number of pieces. */
  private final int[] first;

  private final double[] sums;

  WeightPenalties(Architecture architecture) {
    variables =
        architecture.trained().stream()
            .filter(variable -> !variable.regularizer().isNone())
            .toList();
    first = new int[variables.size() + 1];
    for (int i = 0; i < variables.size(); i++) {
      first[i + 1] = first[i] + (variables.get(i).size() + PIECE - 1) / PIECE;
    }
    sums = new double[first[variables.size()]];
  }

  boolean isEmpty() {
    return variables.isEmpty();
  }

  /** Sums a thread's share of the pieces. All threads must have done so before a sum is asked. */
  void add(float[] w, Share share) {
    int from = share.from(sums.length);
    int to = share.to(sums.length);
    for (int i = 0; i < variables.size(); i++) {
      Variable variable = variables.get(i);
      for (int piece = Math.max(from, first[i]); piece < Math.min(to, first[i + 1]); piece++) {
        int begin = variable.offset() + (piece - first[i]) * PIECE;
        int end = Math.min(variable.end(), begin + PIECE);
        sums[piece] = variable.regularizer().penalty(w, begin, end);
      }
    }
  }

  /** What they add to the mean loss. */
  double sum() {
    double sum = 0;
    for (double piece : sums) {
      sum += piece;
    }
    return sum;
  }

  /** Adds their gradient for the parameters from {@code from} to {@code to}, exclusive. */
  void addGradient(float[] w, int from, int to, float[] gradient) {
    for (Variable variable : variables) {
      int begin = Math.max(from, variable.offset());
      int end = Math.min(to, variable.end());
      variable.regularizer().addGradient(w, begin, end, 1, gradient);
    }
  }
}
