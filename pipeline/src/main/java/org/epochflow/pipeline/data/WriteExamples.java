package org.epochflow.pipeline.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
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
  private final Target target;
  private final int shards;

  private WriteExamples(Target target, int shards) {
    this.target = target;
    this.shards = shards;
  }

  /** The part of a data set that is written. */
  private record Target(String folder, Part part) implements Serializable {
    String images() {
      return folder + "/" + part.images();
    }

    String labels() {
      return folder + "/" + part.labels();
    }

    /** Where shards are until both files are complete. */
    String scratch() {
      return folder + "/." + part.word();
    }
  }

  /**
   * Writes a part of the data set in a folder.
   *
   * @param folder on one of Beam's file systems, absolute, which every worker writes to
   */
  public static WriteExamples to(String folder, Part part) {
    return new WriteExamples(new Target(folder, part), SHARDS);
  }

  /** The same, sorted in another number of shards, 1 to 65,536. The files are the same. */
  public WriteExamples withShards(int count) {
    if (count < 1 || count > HASHES) {
      throw new IllegalArgumentException("Expected 1 to " + HASHES + " shards, found " + count);
    }
    return new WriteExamples(target, count);
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
        .apply("WriteShards", ParDo.of(new WriteShard(target)))
        .setCoder(Shard.CODER)
        .apply("Together", WithKeys.of(target.part.word()))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), Shard.CODER))
        .apply("Gather", GroupByKey.create())
        .apply("JoinShards", ParDo.of(new JoinShards(target)))
        .setCoder(StringUtf8Coder.of());
  }

  private void requireFree() {
    for (String file : List.of(target.images(), target.labels())) {
      boolean taken;
      try {
        taken = Storage.exists(file);
      } catch (IOException e) {
        throw new IllegalArgumentException(
            "Expected a folder to write to, found " + target.folder, e);
      }
      if (taken) {
        throw new IllegalArgumentException(
            "Expected a folder without a %s part, found %s".formatted(target.part.word(), file));
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
  }

  private static void requireShape(Shape expected, Shape found) {
    if (!found.equals(expected)) {
      throw new IllegalArgumentException(
          "Expected images of one shape, found %s and %s".formatted(expected, found));
    }
  }

  /** An example, and what decides its place. */
  private record Placed(byte[] hash, Example example) {
    static final Comparator<Placed> ORDER =
        Comparator.comparing(Placed::hash, Arrays::compareUnsigned)
            .thenComparing(placed -> placed.example.label())
            .thenComparing(placed -> placed.example.pixels(), Arrays::compareUnsigned);

    Placed(Example example) {
      this(Reading.sha256(example.name()), example);
    }
  }

  private static final class WriteShard extends DoFn<KV<Integer, Iterable<Example>>, Shard> {
    private static final long serialVersionUID = 1L;
    private final Target target;

    WriteShard(Target target) {
      this.target = target;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Example>> group, OutputReceiver<Shard> receiver)
        throws IOException {
      List<Placed> placed = new ArrayList<>();
      group.getValue().forEach(example -> placed.add(new Placed(example)));
      placed.sort(Placed.ORDER);
      List<Example> examples = placed.stream().map(Placed::example).toList();
      String name = target.scratch() + "/" + group.getKey();
      Shard shard =
          new Shard(
              group.getKey(),
              examples.size(),
              examples.get(0).shape(),
              name + "-images",
              name + "-labels");
      byte[] labels = new byte[examples.size()];
      Storage.writeScratch(
          shard.images,
          out -> {
            for (int i = 0; i < labels.length; i++) {
              Example example = examples.get(i);
              requireShape(shard.shape, example.shape());
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
    private final Target target;

    JoinShards(Target target) {
      this.target = target;
    }

    @ProcessElement
    public void process(@Element KV<String, Iterable<Shard>> group, OutputReceiver<String> receiver)
        throws IOException {
      if (!Storage.exists(target.labels())) { // which come last; a runner may do this twice
        join(group.getValue());
      }
      Storage.deleteAll(target.scratch());
      receiver.output(target.folder);
    }

    private void join(Iterable<Shard> some) throws IOException {
      List<Shard> shards = new ArrayList<>();
      some.forEach(shards::add);
      shards.sort(Comparator.comparingInt(Shard::number));
      Shape shape = shards.get(0).shape;
      shards.forEach(shard -> requireShape(shape, shard.shape));
      int count = Math.toIntExact(shards.stream().mapToLong(Shard::count).sum());
      int[] sizes = shape.dimensions().stream().mapToInt(Integer::intValue).toArray();
      Storage.write(
          target.images(),
          out -> {
            out.write(IdxHeader.images(count, sizes).encoded().array());
            copy(shards.stream().map(Shard::images).toList(), out);
          });
      Storage.write(
          target.labels(),
          out -> {
            out.write(IdxHeader.labels(count).encoded().array());
            copy(shards.stream().map(Shard::labels).toList(), out);
          });
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
