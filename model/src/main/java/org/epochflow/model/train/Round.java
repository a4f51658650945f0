package org.epochflow.model.train;

import org.epochflow.model.random.CounterRandom;
import org.epochflow.model.random.Purpose;

/** A place in training: one replica's share of one round of one epoch, each counted from 0. */
public record Round(int epoch, int round, int replica) {
  /** The order in which it takes the examples of one window. */
  long shuffleKey(long seed, int window) {
    return CounterRandom.key(seed, Purpose.SHUFFLE, epoch, round, replica, window);
  }
}
