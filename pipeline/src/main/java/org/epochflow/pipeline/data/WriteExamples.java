package org.epochflow.pipeline.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.execute.RecordCoder;
import org.epochflow.pipeline.store.Storage;

/**
 * Writes the examples of one's own pipeline as a part of a data set, which training reads.
 *
 * <pre>{@code
 * examples.apply("WriteTrain", WriteExamples.to("gs://data/tonight", Part.TRAIN));
 * }</pre>
 *
 * <p>The folder then has a file of images and one of labels, in canonical IDX, under MNIST's names.
 * Examples come in the order of the SHA-256 of their names, which mixes them; those of one name
 * come by their labels and pixels. So the same examples give the same files, and train the same
 * parameters, whatever the runner, its parallelism, and the order in which they come.
 *
 * <p>The examples of a shard are sorted in memory: with the default of {@value #SHARDS} shards a
 * 64th of them. The output is the folder, once both files are complete; nothing if there are no
 * examples. Only bounded collections in the global window can be written. Images of different
 * shapes fail the pipeline, and the message names both.
 */
public final class WriteExamples extends PTransform<PCollection<Example>, PCollection<String>> {
  private static final long serialVersionUID = 1L;
  private static final int SHARDS = 64;
  private static final int HASHES = 1 << 16;
  private final String folder;
  private final Part part;
  private final int shards;

  private WriteExamples(String folder, Part part, int shards) {
    this.folder = folder;
    this.part = part;
    this.shards = shards;
  }

  /**
   * Writes a part of the data set in a folder.
   *
   * @param folder on one of Beam's file systems, absolute, which every worker writes to
   */
  public static WriteExamples to(String folder, Part part) {
    return new WriteExamples(folder, part, SHARDS);
  }

  /** The same, sorted in another number of shards, 1 to 65,536. The files are the same. */
  public WriteExamples withShards(int count) {
    if (count < 1 || count > HASHES) {
      throw new IllegalArgumentException("Expected 1 to " + HASHES + " shards, found " + count);
    }
    return new WriteExamples(folder, part, count);
  }

  @Override
  public PCollection<String> expand(PCollection<Example> examples) {
    requireFree();
    int count = shards;
    return examples
        .apply(
            "ByHash",
            WithKeys.<Integer, Example>of(example -> shard(example, count))
                .withKeyType(TypeDescriptors.integers()))
        .setCoder(KvCoder.of(VarIntCoder.of(), ExampleCoders.EXAMPLE))
        .apply("Group", GroupByKey.create())
        .apply("WriteShards", ParDo.of(new WriteShard(folder, part)))
        .setCoder(Shard.CODER)
        .apply("Together", WithKeys.of(part.word()))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), Shard.CODER))
        .apply("Gather", GroupByKey.create())
        .apply("JoinShards", ParDo.of(new JoinShards(folder, part)))
        .setCoder(StringUtf8Coder.of());
  }

  private void requireFree() {
    for (String name : List.of(part.images(), part.labels())) {
      boolean taken;
      try {
        taken = Storage.exists(folder + "/" + name);
      } catch (IOException e) {
        throw new IllegalArgumentException("Expected a folder to write to, found " + folder, e);
      }
      if (taken) {
        throw new IllegalArgumentException(
            "Expected a folder without a %s part, found %s/%s"
                .formatted(part.word(), folder, name));
      }
    }
  }

  /** Shards are ranges of hashes, so that one after the other they are in the hashes' order. */
  private static int shard(Example example, int shards) {
    int start = Short.toUnsignedInt(ByteBuffer.wrap(Reading.sha256(example.name())).getShort());
    return (int) ((long) start * shards / HASHES);
  }

  /**
   * Examples in order, as files.
   *
   * @param images pixels alone, image after image
   * @param labels a byte for each image
   */
  private record Shard(int number, long count, Shape shape, String images, String labels) {
    static final RecordCoder<Shard> CODER = RecordCoder.of(Shard.class);

    void requireShape(Shape expected) {
      if (!shape.equals(expected)) {
        throw new IllegalArgumentException(
            "Expected images of one shape, found %s and %s".formatted(expected, shape));
      }
    }
  }

  private static String scratch(String folder, Part part, String name) {
    return "%s/.%s/%s".formatted(folder, part.word(), name);
  }

  private static final class WriteShard extends DoFn<KV<Integer, Iterable<Example>>, Shard> {
    private static final long serialVersionUID = 1L;
    private final String folder;
    private final Part part;

    WriteShard(String folder, Part part) {
      this.folder = folder;
      this.part = part;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Example>> group, OutputReceiver<Shard> receiver)
        throws IOException {
      List<Example> examples = new ArrayList<>();
      group.getValue().forEach(examples::add);
      examples.sort(
          Comparator.<Example, byte[]>comparing(
                  e -> Reading.sha256(e.name()), Arrays::compareUnsigned)
              .thenComparing(Example::label)
              .thenComparing(Example::pixels, Arrays::compareUnsigned));
      Shard shard =
          new Shard(
              group.getKey(),
              examples.size(),
              examples.get(0).shape(),
              scratch(folder, part, group.getKey() + "-images"),
              scratch(folder, part, group.getKey() + "-labels"));
      byte[] labels = new byte[examples.size()];
      Storage.writeScratch(
          shard.images,
          out -> {
            for (int i = 0; i < labels.length; i++) {
              Example example = examples.get(i);
              new Shard(0, 0, example.shape(), "", "").requireShape(shard.shape);
              out.write(example.pixels());
              labels[i] = (byte) example.label();
            }
          });
      Storage.writeScratch(shard.labels, out -> out.write(labels));
      receiver.output(shard);
    }
  }

  /** Copies the shards into one file each of images and labels. */
  private static final class JoinShards extends DoFn<KV<String, Iterable<Shard>>, String> {
    private static final long serialVersionUID = 1L;
    private final String folder;
    private final Part part;

    JoinShards(String folder, Part part) {
      this.folder = folder;
      this.part = part;
    }

    @ProcessElement
    public void process(@Element KV<String, Iterable<Shard>> group, OutputReceiver<String> receiver)
        throws IOException {
      List<Shard> shards = new ArrayList<>();
      group.getValue().forEach(shards::add);
      shards.sort(Comparator.comparingInt(Shard::number));
      Shape shape = shards.get(0).shape;
      shards.forEach(shard -> shard.requireShape(shape));
      int count = Math.toIntExact(shards.stream().mapToLong(Shard::count).sum());
      int[] sizes = shape.dimensions().stream().mapToInt(Integer::intValue).toArray();
      Storage.write(
          folder + "/" + part.images(),
          out -> {
            out.write(IdxHeader.images(count, sizes).encoded().array());
            copy(shards.stream().map(Shard::images).toList(), out);
          });
      Storage.write(
          folder + "/" + part.labels(),
          out -> {
            out.write(IdxHeader.labels(count).encoded().array());
            copy(shards.stream().map(Shard::labels).toList(), out);
          });
      Storage.deleteAll(folder + "/." + part.word());
      receiver.output(folder);
    }

    private static void copy(List<String> files, OutputStream out) throws IOException {
      for (String file : files) {
        try (InputStream in = Storage.stream(file)) {
          in.transferTo(out);
        }
      }
    }
  }
}
