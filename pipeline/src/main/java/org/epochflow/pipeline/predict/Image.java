package org.epochflow.pipeline.predict;

import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.epochflow.model.json.Excerpt;
import org.epochflow.model.nn.Shape;

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
   * Decodes a file, PNG, JPEG, BMP or GIF, to an image of a shape. It means what Keras's {@code
   * image_dataset_from_directory} means by it: alpha, colour profile and orientation are left out;
   * grey is {@code (9797 R + 19234 G + 3737 B) / 32768}, rounded down; another size is bilinear
   * between the centres of pixels, rounded to the nearest byte.
   *
   * @param shape {@code (height, width, channels)} with 1 or 3 channels
   * @throws IllegalArgumentException saying why it is none
   */
  public static Image decode(byte[] file, Shape shape) {
    Shape asked = shape.withChannels();
    if (!asked.isImage() || (asked.channels() != 1 && asked.channels() != COLOURS)) {
      throw new IllegalArgumentException("Expected images of 1 or 3 channels, found " + shape);
    }
    return decoded(file, asked.channels()).resized(asked.height(), asked.width());
  }

  /** The same in grey, in the size of the file. */
  public static Image decode(byte[] file) {
    return decoded(file, 1);
  }

  private static Image decoded(byte[] file, int channels) {
    BufferedImage image = read(file);
    int height = image.getHeight();
    int width = image.getWidth();
    byte[] pixels = new byte[height * width * channels];
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    // Java converts grey by a colour space of its own, so samples are read as they are.
    boolean samples = image.getColorModel() instanceof ComponentColorModel;
    int shift = raster.getSampleModel().getDataType() == DataBuffer.TYPE_USHORT ? Byte.SIZE : 0;
    int[] row = new int[samples ? width * bands : width];
    for (int y = 0; y < height; y++) {
      if (samples) {
        raster.getPixels(0, y, width, 1, row);
      } else {
        image.getRGB(0, y, width, 1, row, 0, width);
      }
      for (int x = 0; x < width; x++) {
        int at = (y * width + x) * channels;
        if (!samples) {
          put(row[x] >> 16 & 0xff, row[x] >> 8 & 0xff, row[x] & 0xff, channels, pixels, at);
        } else if (bands < COLOURS) {
          int grey = row[x * bands] >> shift;
          put(grey, grey, grey, channels, pixels, at);
        } else {
          int from = x * bands;
          int green = row[from + 1] >> shift;
          put(row[from] >> shift, green, row[from + 2] >> shift, channels, pixels, at);
        }
      }
    }
    return new Image(Shape.of(height, width, channels), pixels);
  }

  private static void put(int red, int green, int blue, int channels, byte[] pixels, int at) {
    if (channels == 1) {
      pixels[at] = (byte) ((9797 * red + 19234 * green + 3737 * blue) >> 15);
    } else {
      pixels[at] = (byte) red;
      pixels[at + 1] = (byte) green;
      pixels[at + 2] = (byte) blue;
    }
  }

  /** A small file can tell of a large image: its size is looked at first. */
  private static BufferedImage read(byte[] file) {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IllegalArgumentException("Expected a PNG, JPEG, BMP or GIF, found another file");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        long size = (long) reader.getWidth(0) * reader.getHeight(0);
        requireSize(size);
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (IOException | IndexOutOfBoundsException | NegativeArraySizeException damaged) {
      String why = Optional.ofNullable(damaged.getMessage()).orElse("its end");
      throw new IllegalArgumentException("Expected a sound image, found " + Excerpt.of(why));
    }
  }

  private static void requireSize(long pixels) {
    if (pixels > MOST_PIXELS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected an image of at most %d pixels, found %d",
              MOST_PIXELS,
              pixels));
    }
  }

  private Image resized(int toHeight, int toWidth) {
    int height = shape.height();
    int width = shape.width();
    if (height == toHeight && width == toWidth) {
      return this;
    }
    int channels = shape.channels();
    byte[] to = new byte[toHeight * toWidth * channels];
    int at = 0;
    for (int y = 0; y < toHeight; y++) {
      float row = place(y, height, toHeight);
      for (int x = 0; x < toWidth; x++) {
        float column = place(x, width, toWidth);
        for (int c = 0; c < channels; c++) {
          float top = between((int) Math.max(0, Math.floor(row)), column, c);
          float bottom = between(Math.min(height - 1, (int) Math.ceil(row)), column, c);
          to[at++] = (byte) (int) (top + (bottom - top) * part(row) + 0.5f);
        }
      }
    }
    return new Image(Shape.of(toHeight, toWidth, channels), to);
  }

  /** Where the centre of a pixel of the new size lies in the old one. */
  private static float place(int index, int from, int to) {
    return (index + 0.5f) * ((float) from / to) - 0.5f;
  }

  private static float part(float place) {
    return place - (float) Math.floor(place);
  }

  private float between(int row, float column, int channel) {
    int start = row * shape.width();
    int left = start + (int) Math.max(0, Math.floor(column));
    int right = start + Math.min(shape.width() - 1, (int) Math.ceil(column));
    int leftPixel = pixels[left * shape.channels() + channel] & 0xff;
    int rightPixel = pixels[right * shape.channels() + channel] & 0xff;
    return leftPixel + (rightPixel - leftPixel) * part(column);
  }
}
