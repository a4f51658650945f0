package org.epochflow.pipeline.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.pipeline.data.Manifest.FileRow;
import org.epochflow.pipeline.store.Outcome;
import org.epochflow.pipeline.store.Storage;

/**
 * One pass over a data set that validates and counts, without copying a pixel. Training and test
 * files are read in one pipeline, so that what is wrong with either shows before the first epoch.
 */
public final class IngestDataSet {
  private final DataFiles files;
  private final DataFiles source;
  private final int classes;
  private final Outcome<BlockRow> train;
  private final Outcome<BlockRow> test;

  /**
   * @param files unpacked; of training or test files there may be none
   * @param source the same as the user has them, for messages
   * @param classes labels are 0 to one less
   * @param workFolder where the pipeline leaves its outcome
   */
  public IngestDataSet(DataFiles files, DataFiles source, int classes, String workFolder) {
    this.files = files;
    this.source = source;
    this.classes = classes;
    train = new Outcome<>(workFolder + "/train.rows", CountBlocks.CODER);
    test = new Outcome<>(workFolder + "/test.rows", CountBlocks.CODER);
  }

  /** Adds both passes to a pipeline. */
  public void addTo(Pipeline pipeline) {
    add(pipeline, "Train", files.train(), train);
    add(pipeline, "Test", files.test(), test);
  }

  private void add(Pipeline pipeline, String part, List<IdxFiles> pairs, Outcome<BlockRow> rows) {
    if (pairs.isEmpty()) {
      return;
    }
    pipeline
        .apply("Read" + part, IdxIO.read(pairs))
        .apply("Count" + part, new CountBlocks(classes))
        .apply("Write" + part + "Rows", rows.write());
  }

  /**
   * The manifests, once the pipeline is done.
   *
   * @param maxRejected how many records, of training and test together, may be left out
   * @throws BadDataException where more must be, where the parts' images differ in shape, or where
   *     records were lost
   */
  public DataSet result(long maxRejected) throws IOException {
    DataSet data =
        new DataSet(
            manifest(files.train(), source.train(), train),
            manifest(files.test(), source.test(), test));
    if (!files.train().isEmpty()
        && !files.test().isEmpty()
        && !data.train().image().equals(data.test().image())) {
      throw new BadDataException(
          "Expected test images of %s as the training images, found %s (%s)"
              .formatted(data.train().image(), data.test().image(), source.test().get(0).images()));
    }
    refuseTooManyRejected(data, maxRejected);
    refuseNone(source.train(), data.train());
    refuseNone(source.test(), data.test());
    return data;
  }

  /** Removes what the pipeline left. */
  void deleteOutcome() throws IOException {
    Storage.delete(List.of(train.path(), test.path()));
  }

  private Manifest manifest(List<IdxFiles> pairs, List<IdxFiles> source, Outcome<BlockRow> outcome)
      throws IOException {
    List<BlockRow> rows = pairs.isEmpty() ? List.of() : outcome.read();
    List<FileRow> fileRows = new ArrayList<>();
    List<Integer> image = List.of();
    long records = 0;
    for (IdxFiles pair : pairs) {
      IdxHeader images = pair.imagesHeader();
      IdxHeader labels = pair.labelsHeader(images);
      if (!image.isEmpty() && !image.equals(images.recordShape())) {
        throw new BadDataException(
            "Expected images of %s as in the files before, found %s (%s)"
                .formatted(image, images.recordShape(), source.get(fileRows.size()).images()));
      }
      image = images.recordShape();
      records += images.records();
      fileRows.add(
          new FileRow(
              name(pair.images()),
              name(pair.labels()),
              images.records(),
              images.fileBytes(),
              labels.fileBytes()));
    }
    long counted = rows.stream().mapToLong(BlockRow::count).sum();
    if (counted != records) {
      throw new IllegalStateException(
          "Expected %d records to be counted, found %d".formatted(records, counted));
    }
    Manifest counts = new Manifest(fileRows, image, classes, rows, List.of());
    return new Manifest(fileRows, image, classes, rows, Samples.evenly(counts, pairs));
  }

  private void refuseTooManyRejected(DataSet data, long maxRejected) throws BadDataException {
    long rejected = data.train().rejectedRecords() + data.test().rejectedRecords();
    if (rejected <= maxRejected) {
      return;
    }
    boolean inTrain = data.train().rejectedRecords() > 0;
    Manifest manifest = inTrain ? data.train() : data.test();
    BlockRow row =
        manifest.blocks().stream()
            .filter(block -> !block.rejected().isEmpty())
            .findFirst()
            .orElseThrow();
    BlockRow.Rejected first = row.rejected().get(0);
    throw new BadDataException(
        ("Expected labels of 0 to %d, found %d at record %d (%s)%s; --classes says how many there"
                + " are, --maxRejected how many records may be left out")
            .formatted(
                classes - 1,
                first.label(),
                row.first() + first.offset(),
                (inTrain ? source.train() : source.test()).get(row.file()).labels(),
                rejected == 1 ? "" : " and %d more".formatted(rejected - 1)));
  }

  /** Refuses a part whose records are all left out. */
  private static void refuseNone(List<IdxFiles> pairs, Manifest manifest) throws BadDataException {
    if (!pairs.isEmpty() && manifest.examples() == 0) {
      throw new BadDataException(
          "Expected at least one record that can be used, found none (%s)"
              .formatted(pairs.get(0).labels()));
    }
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
