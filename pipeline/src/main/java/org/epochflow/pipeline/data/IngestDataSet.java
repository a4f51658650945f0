package org.epochflow.pipeline.data;

import java.io.IOException;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.epochflow.pipeline.data.Manifest.FileRow;
import org.epochflow.pipeline.store.Outcome;
import org.epochflow.pipeline.store.Storage;

/**
 * One pass over a data set that validates and counts, without copying a pixel. Training and test
 * files are read in one pipeline, so that faults in either appear before the first epoch.
 */
public final class IngestDataSet {
  private static final int MOST_PLACES = 3;

  /** Of so many records one may be wrong by itself; of more the number of classes is. */
  private static final int FEW = 20;

  private final Records train;
  private final Records test;
  private final int classes;
  private final Outcome<BlockRow> trainRows;
  private final Outcome<BlockRow> testRows;

  /**
   * @param train the training records, or none; likewise {@code test}
   * @param classes labels are 0 to one less
   * @param workFolder where the pipeline leaves its result
   */
  public IngestDataSet(Records train, Records test, int classes, String workFolder) {
    this.train = train;
    this.test = test;
    this.classes = classes;
    trainRows = new Outcome<>(workFolder + "/train.rows", CountBlocks.CODER);
    testRows = new Outcome<>(workFolder + "/test.rows", CountBlocks.CODER);
  }

  /** Adds both passes to a pipeline. */
  public void addTo(Pipeline pipeline) {
    add(pipeline, "Train", train, trainRows);
    add(pipeline, "Test", test, testRows);
  }

  private void add(Pipeline pipeline, String part, Records records, Outcome<BlockRow> rows) {
    if (records.isEmpty()) {
      return;
    }
    pipeline
        .apply(
            "Count" + part, IdxIO.read(records).each(new CountBlocks(classes), CountBlocks.CODER))
        .apply("Write" + part + "Rows", rows.write());
  }

  /**
   * The manifests, after the pipeline is done.
   *
   * @param maxRejected how many records, of training and test together, may be left out
   * @param unreadable how many were left out before they were records
   * @throws BadDataException if more must be, or if nothing is left of a part
   */
  public DataSet result(RejectionBudget maxRejected, long unreadable) throws IOException {
    DataSet data = new DataSet(manifest(train, trainRows), manifest(test, testRows));
    refuseTooManyRejected(data, maxRejected, unreadable);
    refuseNone(train, data.train());
    refuseNone(test, data.test());
    return data;
  }

  /** Deletes the files that the pipeline left. */
  void deleteOutcome() throws IOException {
    Storage.delete(List.of(trainRows.path(), testRows.path()));
  }

  private Manifest manifest(Records records, Outcome<BlockRow> outcome) throws IOException {
    List<BlockRow> rows = records.isEmpty() ? List.of() : outcome.read();
    long counted = rows.stream().mapToLong(BlockRow::count).sum();
    if (counted != records.count()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Expected %d records to be counted, found %d",
              records.count(),
              counted));
    }
    List<FileRow> files = records.parts().stream().map(IngestDataSet::row).toList();
    List<Integer> image = records.isEmpty() ? List.of() : records.image().dimensions();
    Manifest counts = new Manifest(files, image, classes, rows, List.of());
    return new Manifest(files, image, classes, rows, Samples.evenly(counts, records));
  }

  private static FileRow row(Records.Part part) {
    return new FileRow(
        Storage.name(part.images().path()),
        Storage.name(part.labelled().path()),
        part.count(),
        part.images().header().fileBytes(),
        part.labelled().header().fileBytes());
  }

  private void refuseTooManyRejected(DataSet data, RejectionBudget maxRejected, long unreadable)
      throws BadDataException {
    long rejected = data.train().rejectedRecords() + data.test().rejectedRecords();
    long all = train.count() + test.count();
    if (!maxRejected.allows(rejected + unreadable, all + unreadable)) {
      String first =
          Stream.concat(places(train, data.train()), places(test, data.test()))
              .limit(MOST_PLACES)
              .collect(Collectors.joining(", "));
      String found =
          String.format(
              Locale.ROOT,
              "Expected labels of 0 to %d, found others in %d of %d records: %s%s",
              classes - 1,
              rejected,
              all,
              first,
              rejected > MOST_PLACES ? ", ..." : "");
      throw new BadDataException(
          found
              + (rejected * FEW > all
                  ? moreClasses(data)
                  : String.format(
                      Locale.ROOT,
                      "; --classes says how many classes there are, --maxRejected (%s) how many"
                          + " records may be left out",
                      maxRejected)));
    }
  }

  /**
   * What to do where the labels are of more classes; nothing that would leave a class out, and no
   * number of classes of which some have no label.
   */
  private String moreClasses(DataSet data) {
    List<Manifest> parts = List.of(data.train(), data.test());
    IntSummaryStatistics labels =
        IntStream.concat(
                IntStream.range(0, classes)
                    .filter(
                        label -> parts.stream().anyMatch(part -> part.perClass().get(label) > 0)),
                parts.stream()
                    .flatMap(part -> part.blocks().stream())
                    .flatMap(block -> block.rejected().stream())
                    .mapToInt(BlockRow.Rejected::label)
                    .distinct())
            .summaryStatistics();
    int smallest = labels.getMin();
    int largest = labels.getMax();
    return labels.getCount() < largest - smallest + 1
        ? "; --classes says how many classes there are"
        : String.format(
            Locale.ROOT,
            "; the labels run from %d to %d, which --classes=%d takes",
            smallest,
            largest,
            smallest == 0 ? largest + 1 : largest);
  }

  /** Where records are left out, in words. */
  private static Stream<String> places(Records records, Manifest manifest) {
    return manifest.blocks().stream()
        .flatMap(
            block ->
                block.rejected().stream()
                    .map(
                        one ->
                            String.format(
                                Locale.ROOT,
                                "%d at record %d (%s)",
                                one.label(),
                                block.first() + one.offset(),
                                records.parts().get(block.file()).labelled().name())));
  }

  /** Refuses a part whose records are all left out. */
  private static void refuseNone(Records records, Manifest manifest) throws BadDataException {
    if (!records.isEmpty() && manifest.examples() == 0) {
      throw new BadDataException(
          "Expected at least one record that can be used, found none (%s)"
              .formatted(records.parts().get(0).labelled().name()));
    }
  }
}
