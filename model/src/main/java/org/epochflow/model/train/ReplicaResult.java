package org.epochflow.model.train;

import org.epochflow.model.metric.Tally;

/**
 * The result of a replica after its share of a round: a leaf of the tree by which {@link Averaging}
 * sums. Its vectors in the tree are its parameters and slots times its number of examples.
 *
 * @param replica its number
 * @param model its parameters at the end, and the state of the optimiser that stepped them
 * @param tally of the minibatches as they were trained; its examples are the replica's weight
 */
public record ReplicaResult(int replica, ModelState model, Tally tally) implements Summand {
  @Override
  public int level() {
    return 0;
  }

  @Override
  public int index() {
    return replica;
  }

  @Override
  public long step() {
    return model.step();
  }

  @Override
  public void read(int vector, int from, int to, double[] into) {
    float[] values = vector == 0 ? model.parameters() : model.slots().get(vector - 1);
    double weight = tally.examples();
    for (int i = from; i < to; i++) {
      into[i - from] = weight * values[i];
    }
  }
}
