package org.epochflow.pipeline.train;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.epochflow.model.nn.Examples;
import org.epochflow.model.train.Dealing;
import org.epochflow.model.train.Split;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.data.Block;
import org.epochflow.pipeline.data.BlockRow;
import org.epochflow.pipeline.data.DataSet;
import org.epochflow.pipeline.data.Manifest;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.Sample;

/**
 * The examples of the training files, split: which of a block's records train and which validate.
 * Immutable but for a cache; reads pixels on demand.
 */
public final class TrainingData {
  private static final int WINDOW_BYTES = 64 << 20;
  private static final int RECORD_BYTES = 16 << 20;
  private final Manifest manifest;
  private final TrainingConfig config;
  private final BlockReader reader;
  private final Split split;
  private final Map<List<Integer>, Integer> numbers = new HashMap<>();
  private final long[] firstRecord;
  private final long[] firstIndex;
  private final long[][] firstRank;
  private final int[] trainPerBlock;
  private final Cache<Side, int[]> known =
      Caffeine.newBuilder()
          .maximumWeight(RECORD_BYTES)
          .weigher((Side side, int[] list) -> Integer.BYTES * list.length)
          .build();

  /** The records of a block that validate, or that train. */
  private record Side(int block, boolean validate) {}

  /**
   * @param records the manifest's
   */
  public TrainingData(Manifest manifest, Records records, TrainingConfig config) {
    this.manifest = manifest;
    this.config = config;
    reader = new BlockReader(manifest, records);
    split = new Split(config.split(), config.seed(), manifest.perClass());
    int blocks = manifest.blocks().size();
    firstRecord = new long[blocks];
    firstIndex = new long[blocks];
    firstRank = new long[blocks][];
    trainPerBlock = new int[blocks];
    number();
  }

  /**
   * The same, by the path of a data set's manifest.
   *
   * @param records its training records
   */
  public static TrainingData read(String manifest, Records records, TrainingConfig config)
      throws IOException {
    return new TrainingData(DataSet.read(manifest).train(), records, config);
  }

  /** Numbers the kept records through, over all and within each class. */
  private void number() {
    long record = 0;
    long index = 0;
    long[] ranks = new long[manifest.classes()];
    for (int b = 0; b < firstIndex.length; b++) {
      BlockRow row = manifest.blocks().get(b);
      numbers.put(List.of(row.file(), row.first()), b);
      firstRecord[b] = record;
      firstIndex[b] = index;
      firstRank[b] = ranks.clone();
      trainPerBlock[b] = row.kept() - split.validating(index, row.kept(), ranks, row.perClass());
      record += row.count();
      index += row.kept();
      for (int c = 0; c < ranks.length; c++) {
        ranks[c] += row.perClass().get(c);
      }
    }
  }

  public int blocks() {
    return trainPerBlock.length;
  }

  public long trainExamples() {
    return manifest.examples() - split.validationExamples();
  }

  public long validationExamples() {
    return split.validationExamples();
  }

  /** How many validation examples each class has; reads the labels. */
  public List<Long> validationPerClass() throws IOException {
    Long[] counts = new Long[manifest.classes()];
    Arrays.fill(counts, 0L);
    for (int b = 0; b < blocks(); b++) {
      for (byte label : validation(b).labels()) {
        counts[label & 0xff]++;
      }
    }
    return List.of(counts);
  }

  /** The first validation examples of each class, as many as the manifest has samples of it. */
  public List<Sample> validationSamples() throws IOException {
    List<Sample> samples = new ArrayList<>();
    int[] wanted = new int[manifest.classes()];
    manifest.samples().forEach(sample -> wanted[sample.label()]++);
    for (int b = 0; b < blocks() && samples.size() < manifest.samples().size(); b++) {
      Examples examples = validation(b);
      for (int i = 0; i < examples.size(); i++) {
        int label = examples.labels()[i] & 0xff;
        if (wanted[label]-- > 0) {
          int from = examples.offsets()[i];
          byte[] pixels = Arrays.copyOfRange(examples.pixels()[i], from, from + recordBytes());
          samples.add(
              new Sample(examples.indices()[i], label, Base64.getEncoder().encodeToString(pixels)));
        }
      }
    }
    return samples;
  }

  /** How an epoch's blocks are dealt to replicas. */
  public Dealing dealing(int epoch) {
    return new Dealing(trainPerBlock, config, epoch);
  }

  /** A share's examples in windows that fit in memory, each read when the iterator reaches it. */
  public Iterable<Examples> windows(List<Dealing.Part> share) {
    int batch = config.batchSize();
    int recordBytes = config.architecture().input().size();
    int most = Math.max(1, WINDOW_BYTES / recordBytes / batch) * batch;
    List<List<Dealing.Part>> windows = Dealing.windows(share, most);
    return () -> windows.stream().map(this::train).iterator();
  }

  private Examples train(List<Dealing.Part> parts) {
    try {
      Selection selection =
          new Selection(parts.stream().mapToInt(Dealing.Part::size).sum(), recordBytes());
      for (Dealing.Part part : parts) {
        select(part.block(), false, part.from(), part.to(), selection);
      }
      return selection.examples();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A block's validation examples. */
  public Examples validation(int block) throws IOException {
    int size = manifest.blocks().get(block).kept() - trainPerBlock[block];
    Selection selection = new Selection(size, recordBytes());
    select(block, true, 0, size, selection);
    return selection.examples();
  }

  private int recordBytes() {
    return manifest.image().stream().reduce(1, Math::multiplyExact);
  }

  /** Takes those of a block's records that validate, or train, from one to another of them. */
  private void select(int number, boolean validate, int from, int to, Selection selection)
      throws IOException {
    Block block = reader.read(number);
    int[] records =
        known.get(new Side(number, validate), side -> records(number, block.labels(), validate));
    for (int i = from; i < to; i++) {
      selection.add(block, records[i], firstRecord[number] + records[i]);
    }
  }

  /** Which of a block's records validate, or train, counted from the block's first. */
  private int[] records(int number, byte[] labels, boolean validate) {
    Set<Integer> rejected = new HashSet<>();
    manifest.blocks().get(number).rejected().forEach(record -> rejected.add(record.offset()));
    IntStream.Builder records = IntStream.builder();
    long index = firstIndex[number];
    long[] rank = firstRank[number].clone();
    for (int i = 0; i < labels.length; i++) {
      if (rejected.contains(i)) {
        continue;
      }
      int label = labels[i] & 0xff;
      if (split.validates(index++, label, rank[label]++) == validate) {
        records.add(i);
      }
    }
    return records.build().toArray();
  }

  /**
   * The part of a block that validates.
   *
   * @param block as it was read, with as many records as the manifest's blocks have
   */
  Block validating(Block block) {
    int number =
        Objects.requireNonNull(
            numbers.get(List.of(block.file(), block.first())), "a block of the manifest");
    int[] records = records(number, block.labels(), true);
    int bytes = recordBytes();
    long[] indices = new long[records.length];
    byte[] labels = new byte[records.length];
    byte[] pixels = new byte[records.length * bytes];
    for (int i = 0; i < records.length; i++) {
      indices[i] = block.indices()[records[i]];
      labels[i] = block.labels()[records[i]];
      System.arraycopy(block.pixels(), records[i] * bytes, pixels, i * bytes, bytes);
    }
    return new Block(block.file(), block.first(), indices, labels, pixels);
  }

  /** Records of blocks, in place. */
  private static final class Selection {
    private final byte[][] pixels;
    private final int[] offsets;
    private final byte[] labels;
    private final long[] indices;
    private final int recordBytes;
    private int size;

    Selection(int capacity, int recordBytes) {
      this.recordBytes = recordBytes;
      pixels = new byte[capacity][];
      offsets = new int[capacity];
      labels = new byte[capacity];
      indices = new long[capacity];
    }

    void add(Block block, int record, long index) {
      pixels[size] = block.pixels();
      offsets[size] = record * recordBytes;
      labels[size] = block.labels()[record];
      indices[size++] = index;
    }

    Examples examples() {
      return new Examples(pixels, offsets, labels, indices);
    }
  }
}
