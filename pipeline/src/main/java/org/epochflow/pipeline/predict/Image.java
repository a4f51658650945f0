package org.epochflow.pipeline.predict;

import java.util.Locale;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.Reading.ColorMode;
import org.epochflow.pipeline.data.format.Picture;

/**
 * An image to classify.
 *
 * <pre>{@code
 * Image digit = new Image(Shape.of(28, 28), pixels);
 * Image photo = Image.decode(Files.readAllBytes(Path.of("cat.jpg")), Shape.of(32, 32, 3));
 * }</pre>
 *
 * @param shape {@code (height, width)} or {@code (height, width, channels)}
 * @param pixels unsigned bytes, row by row, the channels of a pixel together
 */
public record Image(Shape shape, byte[] pixels) {
  private static final int COLOURS = 3;
  private static final int MOST_PIXELS = 1 << 24;

  public Image {
    if (pixels.length != shape.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected %d pixels for an image of %s, found %d",
              shape.size(),
              shape,
              pixels.length));
    }
  }

  /**
   * Decodes a file, PNG, JPEG, BMP or GIF, to an image of a shape, as a {@link Picture} of a data
   * set is decoded; another size is bilinear.
   *
   * @param shape {@code (height, width, channels)} with 1 or 3 channels
   * @throws IllegalArgumentException saying why it is none
   */
  public static Image decode(byte[] file, Shape shape) {
    Shape asked = shape.withChannels();
    if (!asked.isImage() || (asked.channels() != 1 && asked.channels() != COLOURS)) {
      throw new IllegalArgumentException("Expected images of 1 or 3 channels, found " + shape);
    }
    ColorMode mode = asked.channels() == 1 ? ColorMode.GRAYSCALE : ColorMode.RGB;
    return of(decoded(file).in(mode).resized(asked.height(), asked.width()));
  }

  /** The same in grey, in the size of the file. */
  public static Image decode(byte[] file) {
    return of(decoded(file).in(ColorMode.GRAYSCALE));
  }

  private static Picture decoded(byte[] file) {
    try {
      return Picture.decode(file, MOST_PIXELS);
    } catch (BadDataException e) {
      throw new IllegalArgumentException("Expected an image, found one that is " + e.getMessage());
    }
  }

  private static Image of(Picture picture) {
    Shape shape = Shape.of(picture.height(), picture.width(), picture.channels());
    return new Image(shape, picture.pixels());
  }
}
