package org.epochflow.model.train;

import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.random.Bijection;
import org.epochflow.model.random.CounterRandom;
import org.epochflow.model.random.Purpose;

/**
 * Who trains on what in an epoch: the blocks in a new permuted order each epoch, with their
 * training examples numbered in that order, and the sequence cut into one equal run for each round
 * and replica.
 *
 * <p>Shares differ by at most one example; a run may begin and end inside a block. The shares of an
 * epoch are disjoint and together are every training example.
 */
public final class Dealing {
  /**
   * A run of a block's training examples.
   *
   * @param block its number
   * @param from the first of the block's training examples, counted from 0
   * @param to the end, exclusive
   */
  public record Part(int block, int from, int to) {
    public int size() {
      return to - from;
    }
  }

  private final int[] trainPerBlock;
  private final int[] order;
  private final long examples;
  private final int replicas;
  private final int rounds;

  /**
   * @param trainPerBlock how many training examples each block has
   */
  public Dealing(int[] trainPerBlock, TrainingConfig config, int epoch) {
    this.trainPerBlock = trainPerBlock;
    replicas = config.parallel().replicas();
    rounds = config.parallel().rounds();
    Bijection permutation =
        new Bijection(CounterRandom.key(config.seed(), Purpose.DEAL, epoch), trainPerBlock.length);
    order = new int[trainPerBlock.length];
    long sum = 0;
    for (int i = 0; i < order.length; i++) {
      order[i] = (int) permutation.of(i);
      sum += trainPerBlock[i];
    }
    examples = sum;
  }

  /** How many examples the share of a replica in a round has. */
  public long size(int round, int replica) {
    return first(round, replica + 1) - first(round, replica);
  }

  /** Where a share begins in the sequence. */
  private long first(int round, int replica) {
    long cells = (long) rounds * replicas;
    return Math.multiplyExact(examples, (long) round * replicas + replica) / cells;
  }

  /** The share of a replica in a round; empty if there are fewer examples than shares. */
  public List<Part> share(int round, int replica) {
    long from = first(round, replica);
    long to = first(round, replica + 1);
    List<Part> parts = new ArrayList<>();
    long start = 0;
    for (int i = 0; i < order.length && start < to; i++) {
      int size = trainPerBlock[order[i]];
      long first = Math.max(from, start);
      long end = Math.min(to, start + size);
      if (first < end) {
        parts.add(new Part(order[i], (int) (first - start), (int) (end - start)));
      }
      start += size;
    }
    return parts;
  }

  /**
   * Cuts a share into windows of at most {@code most} examples, all but the last of exactly that
   * many.
   */
  public static List<List<Part>> windows(List<Part> share, int most) {
    Require.atLeast("window", 1, most);
    List<List<Part>> windows = new ArrayList<>();
    List<Part> window = new ArrayList<>();
    int room = most;
    for (Part part : share) {
      int from = part.from();
      while (from < part.to()) {
        int to = Math.min(part.to(), from + room);
        window.add(new Part(part.block(), from, to));
        room -= to - from;
        from = to;
        if (room == 0) {
          windows.add(window);
          window = new ArrayList<>();
          room = most;
        }
      }
    }
    if (!window.isEmpty()) {
      windows.add(window);
    }
    return windows;
  }
}
