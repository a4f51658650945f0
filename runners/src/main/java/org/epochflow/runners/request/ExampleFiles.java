package org.epochflow.runners.request;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Source;
import org.epochflow.runners.option.DataOptions;
import org.epochflow.runners.option.UsageException;
import org.jspecify.annotations.Nullable;

/** Finds the examples that the data's options name: sources of images with their labels. */
public final class ExampleFiles {
  private static final String HOME = "epochflow.home";
  private static final String BUNDLED = "testdata/fashion-mnist-mini";

  private ExampleFiles() {}

  /** The examples to train on and those to test on. */
  public static DataFiles all(DataOptions options) throws IOException {
    return new DataFiles(train(options), test(options), options.reading.reading());
  }

  /** The same; those that come with the program if no option names any. */
  public static DataFiles allOrBundled(DataOptions options) throws IOException {
    return new DataFiles(trainOrBundled(options), test(options), options.reading.reading());
  }

  /**
   * Whatever examples there are, to train on or to test on.
   *
   * @throws UsageException if there are neither
   */
  public static DataFiles found(DataOptions options) throws IOException {
    Reading reading = options.reading.reading();
    @Nullable List<String> values = options.data;
    if (values == null || options.testData != null || options.trainImages != null) {
      return all(options);
    }
    DataFolders folders = DataFolders.of("data", values);
    List<Source> test = folders.found(Part.TEST, reading);
    List<Source> train =
        test.isEmpty() ? folders.sources(Part.TRAIN, reading) : folders.found(Part.TRAIN, reading);
    return new DataFiles(train, test, reading);
  }

  /** The examples to train on; those that come with the program if no option names any. */
  public static List<Source> trainOrBundled(DataOptions options) throws IOException {
    if (!named(options)) {
      options.data = List.of(bundled());
    }
    return train(options);
  }

  /**
   * The examples to train on.
   *
   * @throws UsageException naming the option or the file that is missing
   */
  public static List<Source> train(DataOptions options) throws IOException {
    return of(Part.TRAIN, options, options.trainImages, options.trainLabels, "data", options.data);
  }

  /** The examples to test on. */
  public static List<Source> test(DataOptions options) throws IOException {
    @Nullable List<String> folders = options.testData;
    @Nullable String images = options.testImages;
    if (folders == null) {
      return of(Part.TEST, options, images, options.testLabels, "data", options.data);
    } else if (options.reading.testSplit != null) {
      throw new UsageException("Expected --testSplit or --testData, found both");
    }
    return of(Part.TEST, options, images, options.testLabels, "testData", folders);
  }

  private static List<Source> of(
      Part part,
      DataOptions options,
      @Nullable String images,
      @Nullable String labels,
      String option,
      @Nullable List<String> values)
      throws IOException {
    Optional<DataFolders> folders =
        values == null ? Optional.empty() : Optional.of(DataFolders.of(option, values));
    if (images == null && labels == null && folders.isPresent()) {
      return folders.get().sources(part, options.reading.reading());
    }
    List<String> imageFiles = located(part.word() + "Images", images, folders, part.images());
    List<String> labelFiles = located(part.word() + "Labels", labels, folders, part.labels());
    try {
      return DataFiles.paired(imageFiles, labelFiles);
    } catch (FileNotFoundException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** Whether any option names examples. */
  public static boolean named(DataOptions options) {
    return Stream.of(
            options.data,
            options.testData,
            options.trainImages,
            options.trainLabels,
            options.testImages,
            options.testLabels)
        .anyMatch(Objects::nonNull);
  }

  /** The folder of the data set that comes with the program. */
  private static String bundled() {
    String home = System.getProperty(HOME);
    if (home == null) {
      throw new UsageException(
          "Expected --data=DIR; without it, the data set that comes with the program is for the"
              + " launcher ./epochflow to find");
    }
    return Path.of(home, BUNDLED).toString();
  }

  private static List<String> located(
      String option, @Nullable String typed, Optional<DataFolders> folders, String name)
      throws IOException {
    if (typed == null) {
      return folders
          .orElseThrow(
              () ->
                  new UsageException(
                      "Expected --data=DIR or --%s=FILE, found neither".formatted(option)))
          .files(name);
    }
    return DataFolders.files(option, typed);
  }
}
