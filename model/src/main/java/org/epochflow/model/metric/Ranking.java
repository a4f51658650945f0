package org.epochflow.model.metric;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How often the label was the most probable class, the second, the third, and so on.
 *
 * <p>The rank of an example is the number of classes that are strictly more probable than its
 * label. Its label is among the {@code k} most probable classes where the rank is below {@code k},
 * as in Keras's {@code TopKCategoricalAccuracy}: of equally probable classes all are among them or
 * none. A label whose probability is no number is never among them.
 *
 * <p>Immutable: the counts are copied in and out. They are whole numbers, so any grouping of the
 * same examples merges to the same ranking.
 *
 * @param counts the examples of each rank from 0; the last count is of those without a rank
 */
public record Ranking(long[] counts) {
  public Ranking {
    if (counts.length < 2) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Expected 2 counts or more, found %d", counts.length));
    }
    counts = counts.clone();
  }

  /** Of no examples of so many classes. */
  static Ranking none(int classes) {
    return new Ranking(new long[classes + 1]);
  }

  /** The rank of {@code label} among the probabilities of all classes from {@code from}. */
  static int rank(float[] probabilities, int from, int classes, int label) {
    float its = probabilities[from + label];
    if (Float.isNaN(its)) {
      return classes;
    }
    int rank = 0;
    for (int c = 0; c < classes; c++) {
      rank += probabilities[from + c] > its ? 1 : 0;
    }
    return rank;
  }

  /** The examples of both. */
  public Ranking merge(Ranking other) {
    if (other.counts.length != counts.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected a ranking of %d classes, found %d",
              counts.length - 1,
              other.counts.length - 1));
    }
    return new Ranking(
        IntStream.range(0, counts.length)
            .mapToLong(rank -> Math.addExact(counts[rank], other.counts[rank]))
            .toArray());
  }

  @Override
  public long[] counts() {
    return counts.clone();
  }

  /** The share of the examples whose label is among the {@code k} most probable classes. */
  public double topK(int k) {
    long among = Arrays.stream(counts).limit(Math.min(k, counts.length - 1)).sum();
    long all = Arrays.stream(counts).sum();
    return all == 0 ? Double.NaN : (double) among / all;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Ranking that && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return "Ranking" + Arrays.toString(counts);
  }
}
