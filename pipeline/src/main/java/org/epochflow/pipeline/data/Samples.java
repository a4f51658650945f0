package org.epochflow.pipeline.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.epochflow.model.random.Bijection;
import org.epochflow.model.random.CounterRandom;
import org.epochflow.model.random.Purpose;
import org.jspecify.annotations.Nullable;

/** Takes examples out of the files that a manifest counted, by their class and rank in it. */
final class Samples {
  private static final int PER_CLASS = 10;
  private static final long MOST_BYTES = 1 << 20;
  private final Manifest counted;
  private final Records records;
  private final List<NavigableSet<Long>> wanted;
  private final long[] seen;

  /**
   * @param records the manifest's
   * @param wanted the ranks of each class's examples that are taken
   */
  private Samples(Manifest counted, Records records, List<NavigableSet<Long>> wanted) {
    this.counted = counted;
    this.records = records;
    this.wanted = wanted;
    seen = new long[counted.classes()];
  }

  /**
   * For the manifest itself: evenly spaced over each class's examples in their order, so that they
   * depend on the data alone; at most 10 of a class and 1 MB in all.
   */
  static List<Sample> evenly(Manifest counted, Records records) throws IOException {
    long recordBytes =
        counted.image().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    List<Long> perClass = counted.perClass();
    long used = perClass.stream().filter(examples -> examples > 0).count();
    long most = Math.min(PER_CLASS, MOST_BYTES / Math.max(1, recordBytes * used));
    List<NavigableSet<Long>> wanted =
        perClass.stream().map(examples -> evenRanks(examples, most)).toList();
    return new Samples(counted, records, wanted).read();
  }

  private static NavigableSet<Long> evenRanks(long examples, long most) {
    long taken = Math.min(most, examples);
    return LongStream.range(0, taken)
        .mapToObj(i -> i * examples / taken)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Drawn at random from all examples, or from those of one class.
   *
   * @param count how many; all if there are fewer
   */
  static List<Sample> random(
      Manifest counted, Records records, long count, long seed, @Nullable Integer label)
      throws IOException {
    List<Long> perClass = counted.perClass();
    long of = label == null ? counted.examples() : perClass.get(label);
    Bijection order = new Bijection(CounterRandom.key(seed, Purpose.SHOW), of);
    List<NavigableSet<Long>> wanted = new ArrayList<>();
    long before = 0;
    for (int c = 0; c < perClass.size(); c++) {
      long first = before;
      boolean drawn = label == null || label == c;
      wanted.add(
          LongStream.range(0, drawn ? perClass.get(c) : 0)
              .filter(rank -> order.of(first + rank) < count)
              .boxed()
              .collect(Collectors.toCollection(TreeSet::new)));
      before += drawn ? perClass.get(c) : 0;
    }
    return new Samples(counted, records, wanted).read();
  }

  /** The examples by index. */
  private List<Sample> read() throws IOException {
    List<Sample> samples = new ArrayList<>();
    long index = 0;
    try (Records.Reader reader = records.reader()) {
      for (BlockRow row : counted.blocks()) {
        if (holdsWanted(row)) {
          read(row, index, reader, samples);
        }
        for (int c = 0; c < seen.length; c++) {
          seen[c] += row.perClass().get(c);
        }
        index += row.count();
      }
    }
    return samples;
  }

  private boolean holdsWanted(BlockRow row) {
    for (int c = 0; c < seen.length; c++) {
      Long next = wanted.get(c).ceiling(seen[c]);
      if (next != null && next < seen[c] + row.perClass().get(c)) {
        return true;
      }
    }
    return false;
  }

  private void read(BlockRow row, long index, Records.Reader reader, List<Sample> samples)
      throws IOException {
    long[] ranks = seen.clone();
    byte[] labels = reader.labels(index, row.count());
    for (int i = 0; i < labels.length; i++) {
      int label = labels[i] & 0xff;
      if (label < ranks.length && wanted.get(label).contains(ranks[label]++)) {
        String image = Base64.getEncoder().encodeToString(reader.images(index + i, 1));
        samples.add(new Sample(index + i, label, image));
      }
    }
  }
}
