package org.epochflow.model.nn;

import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.parallel.Share;

/** What an operation of a network gives, or the network's input. */
final class Tensor {
  final int number;

  /** Whether it depends on a variable that trains. */
  final boolean trained;

  /** The sum of what its takers give, unless there is one taker, whose gradient serves. */
  private final FMatrixRMaj sum = new FMatrixRMaj(0, 0);

  private final int size;
  int takers;
  boolean joined;

  /**
   * @param size the values of one example
   */
  Tensor(int number, boolean trained, int size) {
    this.number = number;
    this.trained = trained;
    this.size = size;
  }

  void reshape(int examples) {
    if (trained && (takers > 1 || joined)) {
      sum.reshape(examples, size);
    }
  }

  FMatrixRMaj value(Pass pass) {
    return pass.values.get(number);
  }

  FMatrixRMaj gradient(Pass pass) {
    return pass.gradients.get(number);
  }

  /**
   * Adds what a taker gives.
   *
   * @param free whether nobody else reads or changes {@code gradient}
   */
  void give(Pass pass, FMatrixRMaj gradient, boolean free) {
    boolean first = gradient(pass) == Pass.NONE;
    if (takers == 1 && free) {
      pass.gradients.set(number, gradient);
      return;
    }
    pass.readsExamples();
    Share share = pass.share();
    int from = share.from(gradient.numRows) * gradient.numCols;
    int to = share.to(gradient.numRows) * gradient.numCols;
    if (first) {
      System.arraycopy(gradient.data, from, sum.data, from, to - from);
    } else {
      for (int i = from; i < to; i++) {
        sum.data[i] += gradient.data[i];
      }
    }
    pass.gradients.set(number, sum);
    pass.wroteExamples();
  }
}
