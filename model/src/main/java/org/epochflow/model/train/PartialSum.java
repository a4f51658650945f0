package org.epochflow.model.train;

import java.util.List;
import org.epochflow.model.metric.Tally;

/**
 * The sum of the models of some replicas, each times its number of examples.
 *
 * @param vectors of the parameters, then of each slot; none if its replicas had no example
 * @see Summand
 */
public record PartialSum(int level, int index, List<double[]> vectors, long step, Tally tally)
    implements Summand {
  public PartialSum {
    vectors = List.copyOf(vectors);
  }

  @Override
  public void read(int vector, int from, int to, double[] into) {
    System.arraycopy(vectors.get(vector), from, into, 0, to - from);
  }

  /** Adds a node to the arrays of this one; neither is empty. */
  void add(Summand other, double[] piece) {
    for (int vector = 0; vector < vectors.size(); vector++) {
      double[] sum = vectors.get(vector);
      for (int at = 0; at < sum.length; at += piece.length) {
        int count = Math.min(piece.length, sum.length - at);
        other.read(vector, at, at + count, piece);
        for (int i = 0; i < count; i++) {
          sum[at + i] += piece[i];
        }
      }
    }
  }

  /** The node above a node and its sibling, with the arrays that both were summed in. */
  PartialSum above(Summand sibling) {
    return new PartialSum(
        level + 1, index / 2, vectors, Math.max(step, sibling.step()), tally.plus(sibling.tally()));
  }
}
