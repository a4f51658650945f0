package org.epochflow.pipeline.data;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.idx.IdxType;
import org.epochflow.pipeline.execute.RecordCoder;

/**
 * Reads labelled records in parallel.
 *
 * <p>A worker reads a range of records at a time; an element is a {@link Block} of it. The order of
 * the elements is not defined, their indices are. A runner may keep all elements of a collection in
 * memory before it takes the next step: data of any size are read by {@link Read#each}, whose
 * elements are what is made of a block.
 *
 * <pre>{@code
 * Records records =
 *     Records.open(
 *         List.of(new Source("/data/train-images-idx3-ubyte", "/data/train-labels-idx1-ubyte")));
 * PCollection<Block> blocks = pipeline.apply("ReadTrain", IdxIO.read(records));
 * }</pre>
 */
public final class IdxIO {
  private static final int BLOCKS_PER_RANGE = 16;
  private static final int MOST_RANGES = 128;

  private IdxIO() {}

  /** Reads these records, which are labelled. */
  public static Read read(Records records) {
    return new Read(records, Block.recordsOf(records.count(), records.image().size()));
  }

  /** The transform that {@link IdxIO#read} gives. */
  public static final class Read extends PTransform<PBegin, PCollection<Block>> {
    private static final long serialVersionUID = 1L;
    private final transient Records records;
    private final int recordsPerBlock;

    private Read(Records records, int recordsPerBlock) {
      this.records = records;
      this.recordsPerBlock = recordsPerBlock;
    }

    /** The same with blocks of this many records; by default {@link Block#recordsOf}. */
    public Read withRecordsPerBlock(int perBlock) {
      if (perBlock < 1) {
        throw new IllegalArgumentException(
            "Expected blocks of 1 record or more, found " + perBlock);
      }
      return new Read(records, perBlock);
    }

    @Override
    public PCollection<Block> expand(PBegin begin) {
      return begin.apply("ReadBlocks", each(block -> block, new Block.Coder()));
    }

    /** Makes something of each block as soon as it is read. */
    public <T> PTransform<PBegin, PCollection<T>> each(
        SerializableFunction<Block, T> function, Coder<T> coder) {
      return new Each<>(records, recordsPerBlock, function, coder);
    }
  }

  private static final class Each<T> extends PTransform<PBegin, PCollection<T>> {
    private static final long serialVersionUID = 1L;
    private final transient Records records;
    private final int recordsPerBlock;
    private final transient SerializableFunction<Block, T> function;
    private final transient Coder<T> coder;

    Each(
        Records records,
        int recordsPerBlock,
        SerializableFunction<Block, T> function,
        Coder<T> coder) {
      this.records = records;
      this.recordsPerBlock = recordsPerBlock;
      this.function = function;
      this.coder = coder;
    }

    @Override
    public PCollection<T> expand(PBegin begin) {
      return begin
          .apply("Files", Create.of(IntStream.range(0, records.parts().size()).boxed().toList()))
          .apply("Ranges", ParDo.of(new RangesFn(records, recordsPerBlock)))
          .setCoder(RecordCoder.of(Range.class))
          .apply("Spread", Reshuffle.viaRandomKey())
          .apply("ReadRanges", ParDo.of(new ReadFn<>(recordsPerBlock, function)))
          .setCoder(coder);
    }
  }

  /**
   * Records of one file, to be read by one worker. It says itself where they are: a runner may
   * serialise the function that reads it for every range, which must not take longer the more files
   * there are.
   *
   * @param start the number of the file's first record in the data set
   * @param images path of the images; {@code labels} of the labels
   * @param sizes of the images, how many there are first
   */
  private record Range(
      int file,
      long start,
      int first,
      int count,
      String images,
      String labels,
      List<Integer> sizes) {
    Records records() {
      IdxHeader header = new IdxHeader(IdxType.U8, sizes);
      return new Records(
          List.of(
              new Records.Part(
                  new Records.IdxFile(images, images, header),
                  new Records.IdxFile(labels, labels, IdxHeader.labels(header.records())))));
    }
  }

  private static final class RangesFn extends DoFn<Integer, Range> {
    private static final long serialVersionUID = 1L;
    private final Records records;
    private final long perRange;

    RangesFn(Records records, int recordsPerBlock) {
      this.records = records;
      long blocks = records.count() / recordsPerBlock;
      perRange = recordsPerBlock * Math.max(BLOCKS_PER_RANGE, blocks / MOST_RANGES);
    }

    @ProcessElement
    public void process(@Element Integer file, OutputReceiver<Range> out) {
      Records.Part part = records.parts().get(file);
      for (long first = 0; first < part.count(); first += perRange) {
        out.output(
            new Range(
                file,
                records.start(file),
                (int) first,
                (int) Math.min(perRange, part.count() - first),
                part.images().path(),
                part.labelled().path(),
                part.images().header().sizes()));
      }
    }
  }

  private static final class ReadFn<T> extends DoFn<Range, T> {
    private static final long serialVersionUID = 1L;
    private final int recordsPerBlock;
    private final SerializableFunction<Block, T> function;

    ReadFn(int recordsPerBlock, SerializableFunction<Block, T> function) {
      this.recordsPerBlock = recordsPerBlock;
      this.function = function;
    }

    @ProcessElement
    public void process(@Element Range range, OutputReceiver<T> out) throws IOException {
      try (Records.Reader reader = range.records().reader()) {
        int count;
        for (int done = 0; done < range.count(); done += count) {
          count = Math.min(recordsPerBlock, range.count() - done);
          int first = range.first() + done;
          long index = range.start() + first;
          out.output(
              function.apply(
                  new Block(
                      range.file(),
                      first,
                      LongStream.range(index, index + count).toArray(),
                      reader.labels(first, count),
                      reader.images(first, count))));
        }
      }
    }
  }
}
