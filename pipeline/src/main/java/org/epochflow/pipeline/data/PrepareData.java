package org.epochflow.pipeline.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.store.Storage;

/**
 * Makes a data set ready in a folder of its own: imported files, {@code manifest.json} and {@code
 * rejected.csv}, the manifest last.
 */
public final class PrepareData {
  private final String folder;
  private final Records train;
  private final Records test;
  private final IngestDataSet ingest;

  /**
   * Imports what is not canonical, and checks every file's header.
   *
   * @param source the files as the user has them
   * @param classes labels are 0 to one less
   * @throws BadDataException where images differ in shape
   */
  public PrepareData(DataFiles source, int classes, String folder) throws IOException {
    this.folder = folder;
    Importers importers = new Importers(folder);
    train = importers.open(source, Part.TRAIN);
    test = importers.open(source, Part.TEST);
    if (!train.isEmpty() && !test.isEmpty() && !train.image().equals(test.image())) {
      throw new BadDataException(
          "Expected test images of %s as the training images, found %s (%s)"
              .formatted(train.image(), test.image(), test.name()));
    }
    ingest = new IngestDataSet(train, test, classes, folder);
  }

  /** The shape of the images. */
  public Shape image() {
    return (train.isEmpty() ? test : train).image();
  }

  /** How many records all files have. */
  public long records() {
    return train.count() + test.count();
  }

  /** The files that workers will read. */
  public List<String> paths() {
    return Stream.concat(train.paths().stream(), test.paths().stream()).toList();
  }

  /** The pass over the data, to be added to a pipeline. */
  public IngestDataSet ingest() {
    return ingest;
  }

  /** Refuses a data set before anything is written of it. */
  @FunctionalInterface
  public interface Check {
    void check(DataSet data) throws BadDataException;
  }

  /**
   * Writes the manifest, once the pipeline is done and where the check lets it pass.
   *
   * @throws BadDataException where the files are no data set, or too many records are bad
   */
  public PreparedData finish(long maxRejected, Check check) throws IOException {
    DataSet data = counted(maxRejected);
    check.check(data);
    String manifest = folder + "/manifest.json";
    Storage.write(folder + "/rejected.csv", out -> writeRejected(data, out));
    data.write(manifest);
    return new PreparedData(train, test, data, manifest);
  }

  private DataSet counted(long maxRejected) throws IOException {
    try {
      return ingest.result(maxRejected);
    } finally {
      ingest.deleteOutcome();
    }
  }

  private static void writeRejected(DataSet data, OutputStream out) throws IOException {
    String rows =
        "part,file,record,reason\n" + rows("train", data.train()) + rows("test", data.test());
    out.write(rows.getBytes(StandardCharsets.UTF_8));
  }

  private static String rows(String part, Manifest manifest) {
    return manifest.blocks().stream()
        .flatMap(
            block ->
                block.rejected().stream()
                    .map(
                        rejected ->
                            "%s,%s,%d,\"label %d of %d classes\"\n"
                                .formatted(
                                    part,
                                    manifest.files().get(block.file()).labels(),
                                    block.first() + rejected.offset(),
                                    rejected.label(),
                                    manifest.classes())))
        .collect(Collectors.joining());
  }
}
