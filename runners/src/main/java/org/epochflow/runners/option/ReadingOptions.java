package org.epochflow.runners.option;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Reading.ColorMode;
import org.epochflow.pipeline.data.Reading.ImageSize;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How data are read where their files leave it open. */
public final class ReadingOptions {
  private static final int ARRAYS = 4;

  @Option(
      names = "--testSplit",
      paramLabel = "X",
      description =
          "Share of the examples to test on, of data without test examples of their own. An example"
              + " keeps its part when others come")
  @Takes(above = 0, below = 1, fallback = "none")
  public @Nullable Double testSplit;

  @Option(
      names = "--imageSize",
      paramLabel = "HxW",
      description =
          "Size to which pictures are resized, as Keras does it (bilinear, rounded to bytes): 28x28,"
              + " or 28 for a square")
  @Takes(fallback = "the pictures' own, which must be one")
  public @Nullable String imageSize;

  @Option(names = "--colorMode", description = "What pictures become")
  @Takes(
      words = {"grayscale", "rgb"},
      fallback = "as the first picture is")
  public @Nullable String colorMode;

  @Option(
      names = "--labels",
      description = "The label of the first class in files that number their classes")
  @Takes(
      words = {"from0", "from1"},
      fallback = "from0; from1 if none is 0 and the largest is --classes")
  public @Nullable String labels;

  @Option(
      names = "--npzNames",
      split = ",",
      paramLabel = "A,B,C,D",
      description =
          "Names of the arrays of an .npz file: training images, their labels, test images, their"
              + " labels")
  @Takes(fallback = "x_train,y_train,x_test,y_test")
  public @Nullable List<String> npzNames;

  /**
   * As a value.
   *
   * @throws UsageException naming an option with another form than it takes
   */
  public Reading reading() {
    List<String> names = npzNames == null ? List.of() : npzNames;
    if (npzNames != null && names.size() != ARRAYS) {
      throw new UsageException(
          "Expected --npzNames to be 4 names with commas between them, found "
              + String.join(",", names));
    }
    return new Reading(
        labels == null ? null : labels.equals("from1") ? 1 : 0,
        testSplit == null ? 0 : testSplit,
        size(),
        colorMode == null ? null : ColorMode.valueOf(colorMode.toUpperCase(Locale.ROOT)),
        names);
  }

  private @Nullable ImageSize size() {
    if (imageSize == null) {
      return null;
    }
    Optional<ImageSize> size = ImageSize.parse(imageSize);
    return size.orElseThrow(
        () ->
            new UsageException(
                "Expected --imageSize to be a height and a width such as 28x28, found "
                    + imageSize));
  }
}
