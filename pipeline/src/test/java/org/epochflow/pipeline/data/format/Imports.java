package org.epochflow.pipeline.data.format;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
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

  /** Imports a file of any bytes. The result is examples, or one line that says what is wrong. */
  static void survive(Importer format, Path folder, String name, byte[] bytes) throws IOException {
    Path file = write(folder.resolve("set").resolve(name), bytes);
    String path = name.endsWith(".npz") ? file.toString() : folder.resolve("set").toString();
    UnaryOperator<String> place = to -> folder.resolve(to).toString();
    try {
      if (format.reads(path)) {
        List<Source> sources = format.undivided(path);
        for (Source source :
            sources.isEmpty() ? format.find(path, Part.TRAIN, Reading.AS_IT_IS) : sources) {
          List<String> classes = format.classNames(source);
          format.open(source, Importer.Wanted.of(Part.TRAIN, Reading.AS_IT_IS, classes, place));
        }
      }
    } catch (IOException e) {
      requireLine(e);
    }
    if (format instanceof ImageFiles images) {
      survive(images, file.toString(), place);
    }
  }

  private static void survive(ImageFiles format, String file, UnaryOperator<String> place) {
    try {
      if (format.holdsImages(file)) {
        format.openImages(file, Importer.Wanted.images(Reading.AS_IT_IS, place));
      }
    } catch (IOException e) {
      requireLine(e);
    }
  }

  /** Requires a message of one line, not too long. */
  static void requireLine(IOException e) {
    String message = String.valueOf(e.getMessage());
    assertTrue(message.length() < 1000 && message.lines().count() == 1, message);
  }

  /** Writes a file, and the folders that it is in. */
  static Path write(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    return Files.write(file, bytes);
  }
}
