package org.epochflow.runners.request;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.data.format.ImagesToPredict;
import org.epochflow.pipeline.data.format.Importers;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.runners.option.UsageException;

/**
 * The folders that an option names, each with files under MNIST's names: their records are one
 * sequence, in the order of the folders.
 *
 * @param typed the option with its value, for messages
 * @param folders as they were typed; those that a pattern matches in the order of their paths
 */
public record DataFolders(String typed, List<String> folders) {
  public DataFolders {
    folders = List.copyOf(folders);
  }

  /**
   * The folders that an option's values name.
   *
   * @throws UsageException where a folder stands twice, or a pattern matches none
   */
  static DataFolders of(String option, List<String> values) throws IOException {
    String typed = "--%s=%s".formatted(option, String.join(",", values));
    List<String> folders = new ArrayList<>();
    for (String value : values) {
      String folder = withoutSlash(value);
      if (folder.isEmpty()) {
        throw new UsageException("Expected a folder, found none in %s".formatted(typed));
      }
      for (String one : named(folder, typed)) {
        if (folders.contains(one)) {
          throw new UsageException("Expected every folder once, found %s twice".formatted(one));
        }
        folders.add(one);
      }
    }
    return new DataFolders(typed, folders);
  }

  private static String withoutSlash(String folder) {
    return folder.replaceFirst("(?<=.)/+$", "");
  }

  /** The folder itself, or those that match it as a pattern and have data. */
  private static List<String> named(String folder, String typed) throws IOException {
    List<String> matches = matches(folder);
    if (matches.equals(List.of(Location.absolute(folder))) || !folder.matches(".*[*?\\[{].*")) {
      return List.of(folder);
    }
    List<String> folders = new ArrayList<>();
    for (String path : matches) {
      if (Importers.reads(path)) {
        folders.add(path);
      }
    }
    if (folders.isEmpty()) {
      throw new UsageException(
          "Expected folders with files under MNIST's names, found none for " + typed);
    }
    return folders;
  }

  /** The files that a typed path names, absolute: itself, or those that match it as a pattern. */
  public static List<String> files(String option, String typed) throws IOException {
    List<String> files = new ArrayList<>();
    for (String path : matches(typed)) {
      if (Storage.isFile(path)) {
        files.add(path);
      }
    }
    if (files.isEmpty()) {
      throw new UsageException("No such file: --%s=%s".formatted(option, typed));
    }
    return files;
  }

  /**
   * The same of images: the pictures in a folder, or files.
   *
   * @throws UsageException where there are none
   */
  public static List<String> images(String option, String typed) throws IOException {
    String folder = Location.absolute(withoutSlash(typed));
    if (!Storage.exists(folder) || Storage.isFile(folder)) {
      return files(option, typed);
    }
    List<String> pictures = ImagesToPredict.in(folder);
    if (pictures.isEmpty()) {
      throw new UsageException(
          "Expected a file of images or a folder of pictures, found %s (--%s=%s)"
              .formatted(Importers.content(folder), option, typed));
    }
    return pictures;
  }

  private static List<String> matches(String typed) throws IOException {
    try {
      return Storage.matches(Location.absolute(typed));
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * The images, or the labels, of those folders that have them, absolute.
   *
   * @param name the file's, without {@code .gz}
   * @throws UsageException where none has
   */
  List<String> files(String name) throws IOException {
    List<String> files = new ArrayList<>();
    for (String folder : folders) {
      Importers.idxFile(Location.absolute(folder), name).ifPresent(files::add);
    }
    if (files.isEmpty()) {
      throw new UsageException(
          "Expected %s or %s.gz in %s, found neither".formatted(name, name, typed));
    }
    return files;
  }

  /**
   * One part of the data set, from those that have it.
   *
   * @throws UsageException where none has
   */
  List<Source> sources(Part part, Reading reading) throws IOException {
    List<Source> sources = found(part, reading);
    if (sources.isEmpty()) {
      throw new UsageException(nothing(part, reading));
    }
    return sources;
  }

  /** The same; none where none has it. */
  List<Source> found(Part part, Reading reading) throws IOException {
    boolean allTest = part == Part.TEST && typed.startsWith("--testData");
    List<Source> sources = new ArrayList<>();
    for (String folder : folders) {
      String path = Location.absolute(folder);
      sources.addAll(
          allTest ? Importers.findTest(path, reading) : Importers.find(path, part, reading));
    }
    return sources;
  }

  private String nothing(Part part, Reading reading) throws IOException {
    if (part == Part.TEST && !found(Part.TRAIN, reading).isEmpty()) {
      return "Expected test examples beside the training examples, found none (%s);"
              .formatted(typed)
          + " --testData=DIR names some, --testSplit=0.2 takes a fifth of data without parts";
    }
    List<String> there = new ArrayList<>();
    boolean any = false;
    for (String folder : folders) {
      String path = Location.absolute(folder);
      any |= Storage.exists(path);
      there.add(Importers.content(path));
    }
    return any
        ? "Expected %s, found %s (%s)"
            .formatted(Importers.formats(part), String.join("; ", there), typed)
        : "No such file or folder: " + typed;
  }
}
