package org.epochflow.pipeline.execute;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Chooses the keys under which pieces of work are grouped, so that a runner that places keys by
 * their hash gives every worker the same number. Keys decide places, never results.
 */
@FunctionalInterface
public interface Keys {
  /** The pieces' numbers themselves. */
  Keys NUMBERS = pieces -> IntStream.range(0, pieces).boxed().toList();

  /** A key for each piece, all different. */
  List<Integer> of(int pieces);
}
