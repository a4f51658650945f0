package org.epochflow.pipeline.data;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.idx.IdxReader;
import org.epochflow.model.random.Bijection;
import org.epochflow.model.random.CounterRandom;
import org.epochflow.model.random.Purpose;
import org.epochflow.pipeline.store.Storage;
import org.jspecify.annotations.Nullable;

/** Takes examples out of the files that a manifest counted, by their class and rank in it. */
final class Samples {
  private static final int PER_CLASS = 10;
  private static final long MOST_BYTES = 1 << 20;
  private final Manifest counted;
  private final List<IdxFiles> files;
  private final Wanted wanted;
  private final long[] seen;

  /** Which examples are taken. */
  private interface Wanted {
    boolean is(int label, long rank);
  }

  /**
   * @param files the manifest's, by path
   */
  private Samples(Manifest counted, List<IdxFiles> files, Wanted wanted) {
    this.counted = counted;
    this.files = files;
    this.wanted = wanted;
    seen = new long[counted.classes()];
  }

  /**
   * For the manifest itself: evenly spaced over each class's examples in their order, so that they
   * depend on the data alone; at most 10 of a class and 1 MB in all.
   */
  static List<Sample> evenly(Manifest counted, List<IdxFiles> files) throws IOException {
    long recordBytes =
        counted.image().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    List<Long> perClass = counted.perClass();
    long used = perClass.stream().filter(examples -> examples > 0).count();
    long most = Math.min(PER_CLASS, MOST_BYTES / Math.max(1, recordBytes * used));
    return new Samples(
            counted, files, (label, rank) -> evenlyWanted(rank, perClass.get(label), most))
        .read();
  }

  private static boolean evenlyWanted(long rank, long examples, long most) {
    long taken = Math.min(most, examples);
    if (taken == 0) {
      return false;
    }
    long nearest = (rank * taken + examples - 1) / examples;
    return nearest < taken && nearest * examples / taken == rank;
  }

  /**
   * Drawn at random from all examples, or from those of one class.
   *
   * @param count how many; all, where there are fewer
   */
  static List<Sample> random(
      Manifest counted, List<IdxFiles> files, long count, long seed, @Nullable Integer label)
      throws IOException {
    List<Long> perClass = counted.perClass();
    long of = label == null ? counted.examples() : perClass.get(label);
    Bijection order = new Bijection(CounterRandom.key(seed, Purpose.SHOW), of);
    return new Samples(
            counted,
            files,
            (drawn, rank) -> {
              if (label != null) {
                return drawn == label && order.of(rank) < count;
              }
              long before = perClass.subList(0, drawn).stream().mapToLong(Long::longValue).sum();
              return order.of(before + rank) < count;
            })
        .read();
  }

  /** The examples by index. */
  private List<Sample> read() throws IOException {
    List<Sample> samples = new ArrayList<>();
    long index = 0;
    for (BlockRow row : counted.blocks()) {
      if (holdsWanted(row)) {
        read(row, index, samples);
      }
      for (int c = 0; c < seen.length; c++) {
        seen[c] += row.perClass().get(c);
      }
      index += row.count();
    }
    return samples;
  }

  private boolean holdsWanted(BlockRow row) {
    for (int c = 0; c < seen.length; c++) {
      for (int rank = 0; rank < row.perClass().get(c); rank++) {
        if (wanted.is(c, seen[c] + rank)) {
          return true;
        }
      }
    }
    return false;
  }

  private void read(BlockRow row, long index, List<Sample> samples) throws IOException {
    IdxFiles pair = files.get(row.file());
    IdxHeader images = pair.imagesHeader();
    IdxHeader labels = pair.labelsHeader(images);
    long[] ranks = seen.clone();
    try (SeekableByteChannel imagesIn = Storage.seekable(pair.images());
        SeekableByteChannel labelsIn = Storage.seekable(pair.labels())) {
      IdxReader pixels = new IdxReader(imagesIn, images, pair.images());
      byte[] classes =
          new IdxReader(labelsIn, labels, pair.labels()).read(row.first(), row.count());
      for (int i = 0; i < classes.length; i++) {
        int label = classes[i] & 0xff;
        if (label < ranks.length && wanted.is(label, ranks[label]++)) {
          byte[] image = pixels.read(row.first() + i, 1);
          samples.add(new Sample(index + i, label, Base64.getEncoder().encodeToString(image)));
        }
      }
    }
  }
}
