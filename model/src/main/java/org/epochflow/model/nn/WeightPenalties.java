package org.epochflow.model.nn;

import java.util.List;
import org.epochflow.model.parallel.PieceSums;
import org.epochflow.model.parallel.Share;

/**
 * The {@link Regularizer}s of a network's variables that train. The sum is by an order that does
 * not depend on the threads: the values in pieces of a fixed length, then the pieces.
 */
final class WeightPenalties {
  private final List<Variable> variables;
  private final PieceSums sums;

  WeightPenalties(Architecture architecture) {
    variables =
        architecture.trained().stream()
            .filter(variable -> !variable.regularizer().isNone())
            .toList();
    sums =
        new PieceSums(
            variables.stream().mapToInt(Variable::offset).toArray(),
            variables.stream().mapToInt(Variable::end).toArray());
  }

  boolean isEmpty() {
    return variables.isEmpty();
  }

  /** Sums a thread's share. All threads must have done so before the sum is asked. */
  void add(float[] w, Share share) {
    if (!isEmpty()) {
      sums.add(
          share,
          (variable, from, to) -> variables.get(variable).regularizer().penalty(w, from, to));
    }
  }

  /** What they add to the mean loss. */
  double sum() {
    return sums.all();
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
