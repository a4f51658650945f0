package org.epochflow.pipeline.data.format;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.Reading.ImageSize;
import org.epochflow.pipeline.data.format.Importer.Wanted;
import org.jspecify.annotations.Nullable;

/**
 * What the first row of a CSV file says of its columns.
 *
 * @param label the column that is no pixel, but the label; -1 if every column is a pixel
 */
record CsvLayout(boolean header, int label, int columns) {
  private static final Pattern LABEL = Pattern.compile("(?i) *(labels?|class|target|y) *");
  private static final Pattern NO_PIXEL = Pattern.compile(LABEL.pattern() + "|(?i) *(id|index) *");
  private static final Pattern NUMBER = Pattern.compile(" *[0-9]{1,9}(\\.0*)? *");
  private static final int LEAST_PIXELS = 4;
  private static final int COLOURS = 3;

  /** Of a first row; empty if it is of no data set. */
  static Optional<CsvLayout> of(List<String> row) {
    if (row.size() <= LEAST_PIXELS) {
      return Optional.empty();
    } else if (isNumbers(row)) {
      return Optional.of(new CsvLayout(false, 0, row.size()));
    }
    int label = first(row, LABEL);
    return label < 0 ? Optional.empty() : Optional.of(new CsvLayout(true, label, row.size()));
  }

  /**
   * Of a first row of images, with labels or without; empty if it is of none.
   *
   * @param size of the images; null if they are square
   */
  static Optional<CsvLayout> ofImages(List<String> row, @Nullable ImageSize size) {
    if (row.size() < LEAST_PIXELS) {
      return Optional.empty();
    } else if (!isNumbers(row)) {
      return Optional.of(new CsvLayout(true, first(row, NO_PIXEL), row.size()));
    }
    CsvLayout pixels = new CsvLayout(false, -1, row.size());
    return Optional.of(
        pixels.shape(size).isPresent() ? pixels : new CsvLayout(false, 0, row.size()));
  }

  private static boolean isNumbers(List<String> row) {
    return row.stream().allMatch(value -> NUMBER.matcher(value).matches());
  }

  private static int first(List<String> row, Pattern name) {
    for (int i = 0; i < row.size(); i++) {
      if (name.matcher(row.get(i)).matches()) {
        return i;
      }
    }
    return -1;
  }

  int pixels() {
    return label < 0 ? columns : columns - 1;
  }

  private Optional<Shape> shape(@Nullable ImageSize size) {
    for (int channels : new int[] {1, COLOURS}) {
      int side = (int) Math.sqrt((double) pixels() / channels);
      int height = size == null ? side : size.height();
      int width = size == null ? side : size.width();
      if (height * width * channels == pixels()) {
        return Optional.of(
            channels == 1 ? Shape.of(height, width) : Shape.of(height, width, channels));
      }
    }
    return Optional.empty();
  }

  Shape shape(Wanted wanted, String file) throws BadDataException {
    ImageSize size = wanted.reading().imageSize();
    Optional<Shape> shape = shape(size);
    if (shape.isPresent()) {
      return shape.get();
    }
    throw new BadDataException(
        String.format(
            Locale.ROOT,
            "Expected the pixels of %s picture, found %d (%s)%s",
            size == null ? "a square" : "a " + size,
            pixels(),
            file,
            size == null && wanted.labelled()
                ? "; --imageSize=HxW says its height and width"
                : ""));
  }
}
