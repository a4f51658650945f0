package org.epochflow.pipeline.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVPrinter;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.format.ClassLabels;
import org.epochflow.pipeline.data.format.Importers;
import org.epochflow.pipeline.data.format.Rejected;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.store.Csv;

/**
 * Prepares a data set in a folder of its own: imported files, {@code manifest.json} and {@code
 * rejected.csv}, the manifest last.
 */
public final class PrepareData {
  private final DataFiles source;
  private final String folder;
  private final Records train;
  private final Records test;
  private final List<Rejected> unreadable = new ArrayList<>();
  private final ClassLabels labels;
  private final IngestDataSet ingest;

  /** As the other, of data whose classes no model has named. */
  public PrepareData(DataFiles source, int classes, String folder) throws IOException {
    this(source, classes, List.of(), folder);
  }

  /**
   * Imports what is not canonical, and checks every file's header.
   *
   * @param source the files as the user has them
   * @param classes labels are 0 to one less
   * @param known the names of the classes of the model that the data are for; none if it has none
   * @throws BadDataException if images differ in shape
   */
  public PrepareData(DataFiles source, int classes, List<String> known, String folder)
      throws IOException {
    this.source = source;
    this.folder = folder;
    Importers importers = new Importers(folder);
    List<String> names = ClassLabels.names(source, classes, known);
    Records asRead = importers.open(source, Part.TRAIN, names, unreadable);
    Records testAsRead = importers.open(source, Part.TEST, names, unreadable);
    labels = ClassLabels.of(source.reading(), classes, names, known, asRead, testAsRead);
    train = labels.applied(asRead, importers);
    test = labels.applied(testAsRead, importers);
    if (!train.isEmpty() && !test.isEmpty() && !train.image().equals(test.image())) {
      throw new BadDataException(
          "Expected test images of %s as the training images, found %s (%s)"
              .formatted(train.image(), test.image(), test.name()));
    }
    ingest = new IngestDataSet(train, test, classes, folder);
  }

  /** What the user should know of how the data are read. */
  public List<String> notices() {
    return labels.notice().stream().toList();
  }

  /** The images to train on, or else those to test on. */
  public Records images() {
    return train.isEmpty() ? test : train;
  }

  /** The shape of the images. */
  public Shape image() {
    return images().image();
  }

  /** May refuse a data set before its manifest is written. */
  @FunctionalInterface
  public interface Check {
    void check(DataSet data) throws BadDataException;
  }

  /**
   * Reads and counts the data by a pipeline, and writes the manifest unless the check refuses them.
   *
   * @param maxRejected how many records may be left out
   * @throws BadDataException if the files are no data set, or if too many records are bad
   */
  public PreparedData read(Execution execution, RejectionBudget maxRejected, Check check)
      throws IOException {
    long all = train.count() + test.count() + unreadable.size();
    Rejected.require(maxRejected, unreadable, all);
    execution.requireShared(
        folder, Stream.concat(train.paths().stream(), test.paths().stream()).toList());
    execution.run(
        "ingest",
        ingest::addTo,
        new Execution.Task(
            "Reading " + source.place(),
            CountBlocks.recordsMetric(),
            train.count() + test.count()));
    DataSet data = counted(maxRejected);
    check.check(data);
    String manifest = folder + "/manifest.json";
    Csv.write(
        folder + "/rejected.csv",
        Stream.concat(Stream.of("part"), Rejected.COLUMNS.stream()).toList(),
        csv -> {
          for (Rejected one : unreadable) {
            csv.print(one.part().word());
            one.print(csv);
          }
          printRejected("train", train, data.train(), csv);
          printRejected("test", test, data.test(), csv);
        });
    data.write(manifest);
    return new PreparedData(train, test, data, manifest, labels.classNames(), unreadable.size());
  }

  private DataSet counted(RejectionBudget maxRejected) throws IOException {
    try {
      return ingest.result(maxRejected, unreadable.size());
    } finally {
      ingest.deleteOutcome();
    }
  }

  private static void printRejected(String part, Records records, Manifest manifest, CSVPrinter csv)
      throws IOException {
    for (BlockRow block : manifest.blocks()) {
      String path = records.parts().get(block.file()).labelled().name();
      for (BlockRow.Rejected rejected : block.rejected()) {
        String reason =
            String.format(
                Locale.ROOT, "label %d of %d classes", rejected.label(), manifest.classes());
        csv.print(part);
        Rejected.print(path, block.first() + rejected.offset(), reason, csv);
      }
    }
  }
}
