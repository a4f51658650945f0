package org.epochflow.pipeline.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.epochflow.model.nn.Examples;
import org.epochflow.model.train.Dealing;
import org.epochflow.model.train.Split;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.data.Block;
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
  private static final int CHUNKS = 64;
  private final Manifest manifest;
  private final Records records;
  private final TrainingConfig config;
  private final BlockReader reader;
  private final BlockSplit split;

  /**
   * @param records the manifest's
   */
  public TrainingData(Manifest manifest, Records records, TrainingConfig config) {
    this.manifest = manifest;
    this.records = records;
    this.config = config;
    reader = new BlockReader(manifest, records);
    split = new BlockSplit(manifest, new Split(config.split(), config.seed(), manifest.perClass()));
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

  public int blocks() {
    return split.blocks();
  }

  public long trainExamples() {
    return manifest.examples() - validationExamples();
  }

  public long validationExamples() {
    return split.validationExamples();
  }

  /** How many examples of each class train; reads the labels, and no pixels. */
  public List<Long> trainPerClass() throws IOException {
    List<Long> all = manifest.perClass();
    List<Long> validation = validationPerClass();
    return IntStream.range(0, all.size()).mapToObj(c -> all.get(c) - validation.get(c)).toList();
  }

  /** How many validation examples each class has; reads the labels, and no pixels. */
  public List<Long> validationPerClass() throws IOException {
    try {
      long[] counts =
          IntStream.range(0, CHUNKS)
              .parallel()
              .mapToObj(this::validationPerClass)
              .reduce(new long[manifest.classes()], TrainingData::sum);
      return Arrays.stream(counts).boxed().toList();
    } catch (UncheckedIOException e) {
      throw Objects.requireNonNull(e.getCause());
    }
  }

  /** The same of one chunk of the blocks. */
  private long[] validationPerClass(int chunk) {
    long[] counts = new long[manifest.classes()];
    int to = start(chunk + 1);
    try (Records.Reader labelled = records.reader()) {
      for (int b = start(chunk); b < to; b++) {
        byte[] labels = reader.labels(b, split.firstRecord(b), labelled);
        split.records(b, labels, true).stream().forEach(record -> counts[labels[record] & 0xff]++);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return counts;
  }

  private int start(int chunk) {
    return (int) ((long) blocks() * chunk / CHUNKS);
  }

  private static long[] sum(long[] a, long[] b) {
    return IntStream.range(0, a.length).mapToLong(c -> a[c] + b[c]).toArray();
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
    return new Dealing(split.training(), config, epoch);
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
    int size = split.validating(block);
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
    BitSet side = split.records(number, block.labels(), validate);
    int at = 0;
    for (int record = side.nextSetBit(0); at < to; record = side.nextSetBit(record + 1)) {
      if (at++ >= from) {
        selection.add(block, record, split.firstRecord(number) + record);
      }
    }
  }

  /**
   * The part of a block that validates.
   *
   * @param block as it was read, with as many records as the manifest's blocks have
   */
  Block validating(Block block) {
    int number = Objects.checkIndex(split.blockAt(block.indices()[0]), blocks());
    int[] records = split.records(number, block.labels(), true).stream().toArray();
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
