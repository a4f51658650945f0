package org.epochflow.model.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.parallel.Share;
import org.epochflow.model.parallel.Team;
import org.jspecify.annotations.Nullable;

/**
 * What the replicas' models become at the end of a round: {@code w = (sum over k of n_k w_k) / (sum
 * over k of n_k)}, by examples. A replica that had no example is left out.
 *
 * <p>The sum is a fixed tree over the replicas' numbers: 0 and 1, 2 and 3, and so on; then pairs of
 * these pairs, up to one node. A node without a sibling is the node above. So anyone may sum any
 * node of the tree, at any time: the bits are the same. Nodes are float64. A product {@code n_k
 * w_k} is exact below 2^29 examples, so the sum over K replicas differs from the exact one by at
 * most {@code ceil(log2 K) 2^-53} of the sum of magnitudes; the mean is rounded to float32 once.
 *
 * <p>The state of the replicas' optimiser is averaged likewise, and the step is the furthest
 * replica's. What the mean leads to is the {@link Strategy}'s.
 */
public final class Averaging {
  /** Values that are summed at once, in the first-level cache. */
  private static final int PIECE = 512;

  /** Threads never write to the same cache line. */
  private static final int CACHE_LINE = 16;

  private final TrainingConfig config;
  private final ModelState start;
  private final int replicas;
  private final int parameters;
  private final int vectors;
  private final Map<Place, Summand> nodes = new HashMap<>();

  /** A node's place in the tree. */
  private record Place(int level, int index) {
    static Place of(Summand node) {
      return new Place(node.level(), node.index());
    }

    Place sibling() {
      return new Place(level, index ^ 1);
    }

    Place above() {
      return new Place(level + 1, index / 2);
    }

    Place left() {
      return new Place(level - 1, 2 * index);
    }

    Place right() {
      return new Place(level - 1, 2 * index + 1);
    }

    int first() {
      return index << level;
    }
  }

  /**
   * @param start the model the round began from
   */
  public Averaging(TrainingConfig config, ModelState start) {
    this.config = config;
    this.start = start;
    replicas = config.parallel().replicas();
    parameters = start.parameters().length;
    vectors = 1 + config.optimizer().slots().size();
  }

  /** Adds a node of the tree. Its arrays must not change while this is used. */
  public void add(Summand node) {
    synchronized (nodes) {
      nodes.put(Place.of(node), node);
    }
  }

  /**
   * Adds a result whose arrays may change afterwards: they are added to those of its siblings, as
   * far as these are there, or copied. Several threads may do so at once.
   */
  void addCopy(ReplicaResult result) {
    Summand node = result;
    while (true) {
      @Nullable Summand sibling;
      synchronized (nodes) {
        sibling = nodes.remove(Place.of(node).sibling());
        if (sibling == null && node instanceof PartialSum) {
          add(node);
          return;
        }
      }
      node = sibling == null ? copy(node) : sum(sibling, node);
    }
  }

  private PartialSum copy(Summand node) {
    List<double[]> copy = node.isEmpty() ? List.of() : arrays();
    for (int vector = 0; vector < copy.size(); vector++) {
      node.read(vector, 0, parameters, copy.get(vector));
    }
    return new PartialSum(node.level(), node.index(), copy, node.step(), node.tally());
  }

  private List<double[]> arrays() {
    return IntStream.range(0, vectors).mapToObj(vector -> new double[parameters]).toList();
  }

  /** The node above two, in the arrays of one of them if that may be. */
  private PartialSum sum(Summand one, Summand other) {
    if (one.isEmpty() || other instanceof PartialSum) {
      return into(other, one);
    }
    return into(one, other);
  }

  private PartialSum into(Summand node, Summand sibling) {
    PartialSum sum = node instanceof PartialSum own && !own.isEmpty() ? own : copy(node);
    if (sum.isEmpty()) {
      return copy(sibling).above(sum);
    } else if (!sibling.isEmpty()) {
      sum.add(sibling, new double[PIECE]);
    }
    return sum.above(sibling);
  }

  /**
   * How the round's minibatches did, all replicas together.
   *
   * @throws IllegalStateException if a replica is missing
   */
  public Tally tally() {
    return total(root()).tally();
  }

  private Place root() {
    return new Place(Integer.SIZE - Integer.numberOfLeadingZeros(replicas - 1), 0);
  }

  /** A node without its arrays. */
  private Summand total(Place place) {
    Summand node = nodes.get(place);
    if (node != null) {
      return node;
    } else if (place.level == 0) {
      throw new IllegalStateException(
          "Expected the results of %s replicas, found none of replica %s"
              .formatted(replicas, place.index));
    }
    Summand left = total(place.left());
    PartialSum sum =
        new PartialSum(place.level - 1, 2 * place.index, List.of(), left.step(), left.tally());
    return sum.above(
        place.right().first() < replicas
            ? total(place.right())
            : new PartialSum(0, 0, List.of(), 0, Tally.NONE));
  }

  /**
   * The model after the round; the one it began from if no replica had an example.
   *
   * @param team shares the arithmetic
   * @throws IllegalStateException if a replica is missing
   */
  public ModelState model(Team team) {
    Summand total = total(root());
    if (total.isEmpty()) {
      return start;
    }
    List<float[]> mean =
        IntStream.range(0, vectors).mapToObj(vector -> new float[parameters]).toList();
    double examples = total.tally().examples();
    sum(
        root(),
        team,
        (vector, at, sum, count) -> {
          float[] into = mean.get(vector);
          for (int i = 0; i < count; i++) {
            into[at + i] = (float) (sum[i] / examples);
          }
        });
    return config
        .parallel()
        .strategy()
        .next(
            start,
            new ModelState(
                mean.get(0), mean.subList(1, vectors), Math.max(start.step(), total.step())),
            config);
  }

  /**
   * The fewest nodes that cover some replicas.
   *
   * @param from the first replica
   * @param to the end, exclusive
   * @param team shares the arithmetic
   */
  public List<Summand> nodes(int from, int to, Team team) {
    List<Summand> cover = new ArrayList<>();
    int first = from;
    while (first < to) {
      Place place = new Place(0, first);
      while (place.level < root().level && place.index % 2 == 0 && end(place.above()) <= to) {
        place = place.above();
      }
      cover.add(node(place, team));
      first = end(place);
    }
    return cover;
  }

  private int end(Place place) {
    return (int) Math.min(replicas, (place.index + 1L) << place.level);
  }

  private Summand node(Place place, Team team) {
    Summand total = total(place);
    if (nodes.containsKey(place)) {
      return total;
    }
    List<double[]> sums = total.isEmpty() ? List.of() : arrays();
    if (!total.isEmpty()) {
      sum(
          place,
          team,
          (vector, at, sum, count) -> System.arraycopy(sum, 0, sums.get(vector), at, count));
    }
    return new PartialSum(place.level, place.index, sums, total.step(), total.tally());
  }

  /** Takes a piece of a vector of a sum. */
  @FunctionalInterface
  private interface Piece {
    void take(int vector, int at, double[] sum, int count);
  }

  private void sum(Place place, Team team, Piece piece) {
    team.run(
        member -> {
          Share share = team.share(member);
          double[][] rooms = new double[place.level + 1][PIECE];
          int to = share.to(parameters, CACHE_LINE);
          for (int vector = 0; vector < vectors; vector++) {
            for (int at = share.from(parameters, CACHE_LINE); at < to; at += PIECE) {
              int end = Math.min(to, at + PIECE);
              sum(place, vector, at, end, rooms);
              piece.take(vector, at, rooms[place.level], end - at);
            }
          }
        });
  }

  /**
   * Leaves a piece of a node's vector in the room of its level.
   *
   * @return whether there is a sum
   */
  private boolean sum(Place place, int vector, int from, int to, double[][] rooms) {
    double[] room = rooms[place.level];
    Summand node = nodes.get(place);
    if (node != null) {
      if (!node.isEmpty()) {
        node.read(vector, from, to, room);
      }
      return !node.isEmpty();
    }
    boolean left = sum(place.left(), vector, from, to, rooms);
    double[] below = rooms[place.level - 1];
    if (left) {
      System.arraycopy(below, 0, room, 0, to - from);
    }
    if (place.right().first() >= replicas || !sum(place.right(), vector, from, to, rooms)) {
      return left;
    }
    if (left) {
      for (int i = 0; i < to - from; i++) {
        room[i] += below[i];
      }
    } else {
      System.arraycopy(below, 0, room, 0, to - from);
    }
    return true;
  }
}
