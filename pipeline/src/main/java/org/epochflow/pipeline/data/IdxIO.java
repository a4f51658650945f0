package org.epochflow.pipeline.data;

import java.io.IOException;
import java.io.Serializable;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.idx.IdxReader;
import org.epochflow.pipeline.store.Storage;

/**
 * Reads IDX files of images and labels in parallel.
 *
 * <p>Several pairs of files are one sequence of records. A worker reads a range of records at a
 * time; an element is a {@link Block} of it. The order of the elements is not defined, their
 * indices are.
 */
public final class IdxIO {
  private static final int BLOCKS_PER_RANGE = 16;

  private IdxIO() {}

  /** Reads these files, whose images are all of one shape. */
  public static Read read(List<IdxFiles> files) {
    return new Read(List.copyOf(files), 0);
  }

  /** The transform that {@link IdxIO#read} gives. */
  public static final class Read extends PTransform<PBegin, PCollection<Block>> {
    private static final long serialVersionUID = 1L;
    private final List<IdxFiles> files;
    private final int recordsPerBlock;

    private Read(List<IdxFiles> files, int recordsPerBlock) {
      this.files = files;
      this.recordsPerBlock = recordsPerBlock;
    }

    /** The same with blocks of this many records; by default {@link Block#recordsOf}. */
    public Read withRecordsPerBlock(int records) {
      if (records < 1) {
        throw new IllegalArgumentException("Expected blocks of 1 record or more, found " + records);
      }
      return new Read(files, records);
    }

    @Override
    public PCollection<Block> expand(PBegin begin) {
      return begin
          .apply("Files", Create.of(List.of(0)))
          .apply("Ranges", ParDo.of(new RangesFn(files, recordsPerBlock)))
          .setCoder(SerializableCoder.of(Range.class))
          .apply("Spread", Reshuffle.viaRandomKey())
          .apply("ReadRanges", ParDo.of(new ReadFn(files)))
          .setCoder(new Block.Coder());
    }
  }

  /** Records of one file, to be read by one worker. */
  private record Range(int file, int first, int count, long index, int recordsPerBlock)
      implements Serializable {}

  private static final class RangesFn extends DoFn<Integer, Range> {
    private static final long serialVersionUID = 1L;
    private final List<IdxFiles> files;
    private final int recordsPerBlock;

    RangesFn(List<IdxFiles> files, int recordsPerBlock) {
      this.files = files;
      this.recordsPerBlock = recordsPerBlock;
    }

    @ProcessElement
    public void process(OutputReceiver<Range> out) throws IOException {
      long total = 0;
      IdxHeader[] headers = new IdxHeader[files.size()];
      for (int i = 0; i < headers.length; i++) {
        headers[i] = files.get(i).imagesHeader();
        total += headers[i].records();
      }
      int perBlock =
          recordsPerBlock > 0 ? recordsPerBlock : Block.recordsOf(total, headers[0].recordBytes());
      long index = 0;
      for (int i = 0; i < headers.length; i++) {
        int records = headers[i].records();
        long perRange = (long) perBlock * BLOCKS_PER_RANGE;
        for (long first = 0; first < records; first += perRange) {
          int count = (int) Math.min(perRange, records - first);
          out.output(new Range(i, (int) first, count, index + first, perBlock));
        }
        index += records;
      }
    }
  }

  private static final class ReadFn extends DoFn<Range, Block> {
    private static final long serialVersionUID = 1L;
    private final List<IdxFiles> files;

    ReadFn(List<IdxFiles> files) {
      this.files = files;
    }

    @ProcessElement
    public void process(@Element Range range, OutputReceiver<Block> out) throws IOException {
      IdxFiles pair = files.get(range.file());
      IdxHeader imagesHeader = pair.imagesHeader();
      IdxHeader labelsHeader = pair.labelsHeader(imagesHeader);
      try (SeekableByteChannel images = Storage.seekable(pair.images());
          SeekableByteChannel labels = Storage.seekable(pair.labels())) {
        IdxReader imageReader = new IdxReader(images, imagesHeader, pair.images());
        IdxReader labelReader = new IdxReader(labels, labelsHeader, pair.labels());
        int count;
        for (int done = 0; done < range.count(); done += count) {
          count = Math.min(range.recordsPerBlock(), range.count() - done);
          int first = range.first() + done;
          out.output(
              new Block(
                  range.file(),
                  first,
                  LongStream.range(range.index() + done, range.index() + done + count).toArray(),
                  labelReader.read(first, count),
                  imageReader.read(first, count)));
        }
      }
    }
  }
}
