package org.epochflow.pipeline.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.store.Storage;

/**
 * Makes a data set ready in a folder of its own: unpacked files, {@code manifest.json} and {@code
 * rejected.csv}, the manifest last.
 */
public final class PrepareData {
  private final String folder;
  private final DataFiles files;
  private final IngestDataSet ingest;
  private final long records;

  /**
   * Unpacks what is gzipped, and checks every file's header.
   *
   * @param source the files as the user has them
   * @param classes labels are 0 to one less
   */
  public PrepareData(DataFiles source, int classes, String folder) throws IOException {
    this.folder = folder;
    files = new Unpack(folder).all(source);
    records = records(files.train(), source.train()) + records(files.test(), source.test());
    ingest = new IngestDataSet(files, source, classes, folder);
  }

  private static long records(List<IdxFiles> pairs, List<IdxFiles> source) throws IOException {
    long records = 0;
    for (int i = 0; i < pairs.size(); i++) {
      IdxHeader images = pairs.get(i).imagesHeader(source.get(i));
      pairs.get(i).labelsHeader(images, source.get(i));
      records += images.records();
    }
    return records;
  }

  /** The shape of the first file's images. */
  public Shape image() throws IOException {
    List<IdxFiles> any = files.train().isEmpty() ? files.test() : files.train();
    return new Shape(any.get(0).imagesHeader().recordShape());
  }

  /** How many records all files have. */
  public long records() {
    return records;
  }

  /** The files that workers will read. */
  public List<String> paths() {
    return Stream.concat(files.train().stream(), files.test().stream())
        .flatMap(pair -> Stream.of(pair.images(), pair.labels()))
        .toList();
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
    return new PreparedData(files, data, manifest);
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
