package org.epochflow.pipeline.data.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.Source;

/** What importing a path gives, in memory. */
record Imports(Records records, List<Rejected> rejected, List<String> classes) {
  /** Imports a part of what is at a path. */
  static Imports of(Path path, Part part, Reading reading, Path target) throws IOException {
    return of(Importers.find(path.toString(), part, reading), part, reading, target);
  }

  static Imports of(List<Source> sources, Part part, Reading reading, Path target)
      throws IOException {
    DataFiles files = new DataFiles(sources, sources, reading);
    List<String> classes = Importers.classNames(files);
    List<Rejected> rejected = new ArrayList<>();
    Records records = new Importers(target.toString()).open(files, part, classes, rejected);
    return new Imports(records, rejected, classes);
  }

  byte[] pixels() throws IOException {
    try (Records.Reader reader = records.reader()) {
      return reader.images(0, (int) records.count());
    }
  }

  byte[] labels() throws IOException {
    try (Records.Reader reader = records.reader()) {
      return reader.labels(0, (int) records.count());
    }
  }

  /** Writes a file, and the folders that it is in. */
  static Path write(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    return Files.write(file, bytes);
  }
}
