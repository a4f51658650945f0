package org.epochflow.model.train;

import org.epochflow.model.metric.Tally;

/**
 * A node of the tree by which {@link Averaging} sums the models of a round's replicas. Node {@code
 * i} of level {@code l} is the sum over the replicas from {@code i 2^l} to {@code (i + 1) 2^l},
 * exclusive, as far as there are any.
 */
public sealed interface Summand permits ReplicaResult, PartialSum {
  /** How many halvings of the node lead to single replicas. */
  int level();

  /** Its place among the nodes of its level. */
  int index();

  /** Of the minibatches of its replicas; their examples are the weight of the sum. */
  Tally tally();

  /** The most steps that the optimiser of one of its replicas has taken. */
  long step();

  /**
   * Copies a piece of a vector of the sum.
   *
   * @param vector 0 for the parameters, then the optimiser's slots
   * @param from the first value
   * @param to the end, exclusive
   * @param into receives the values from its start on
   */
  void read(int vector, int from, int to, double[] into);

  /** Whether its replicas had no example, so that there is no sum. */
  default boolean isEmpty() {
    return tally().examples() == 0;
  }
}
