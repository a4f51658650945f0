package org.epochflow.pipeline.data.format;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.epochflow.model.json.Excerpt;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.Reading.ColorMode;

/**
 * A picture as bytes: rows from the top, of each pixel grey, or red, green and blue.
 *
 * <p>It means what Keras's {@code image_dataset_from_directory} means by it. An alpha channel, a
 * colour profile and the orientation that a camera notes are left out; of 16 bits the upper 8 stay.
 * Grey of colours is {@code (9797 R + 19234 G + 3737 B) / 32768}, rounded down: the weights 0.299,
 * 0.587 and 0.114 as libpng has them.
 *
 * @param pixels unsigned bytes, height x width x channels
 */
public record Picture(int height, int width, int channels, byte[] pixels) {
  private static final int COLOURS = 3;
  private static final int RED = 9797;
  private static final int GREEN = 19234;
  private static final int BLUE = 3737;
  private static final int SHIFT = 15;
  private static final int MOST_PIXELS = 1 << 28;

  static {
    // Looks for readers with the class loader of now, which may be another than ImageIO began with.
    ImageIO.scanForPlugins();
  }

  /** The same, of a size that a data set's picture may have. */
  static Picture decode(byte[] file) throws BadDataException {
    return decode(file, MOST_PIXELS);
  }

  /**
   * Decodes a file: PNG, JPEG, BMP or GIF, of which the first picture counts. A small file can tell
   * of a large picture, so the size is looked at first.
   *
   * @param mostPixels height times width
   * @throws BadDataException saying in a few words why it is none
   */
  public static Picture decode(byte[] file, int mostPixels) throws BadDataException {
    if (file.length == 0) {
      throw new BadDataException("empty");
    }
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new BadDataException("no PNG, JPEG, BMP or GIF");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        requireSize((long) reader.getHeight(0) * reader.getWidth(0), mostPixels);
        return of(reader.read(0));
      } finally {
        reader.dispose();
      }
    } catch (BadDataException unfit) {
      throw unfit;
    } catch (IOException | RuntimeException damaged) {
      throw new BadDataException("damaged: " + Excerpt.of(String.valueOf(damaged.getMessage())));
    }
  }

  private static void requireSize(long pixels, int most) throws BadDataException {
    if (pixels > most) {
      throw new BadDataException(
          String.format(Locale.ROOT, "too large: %d pixels, of at most %d", pixels, most));
    }
  }

  private static Picture of(BufferedImage image) {
    int height = image.getHeight();
    int width = image.getWidth();
    ColorModel model = image.getColorModel();
    boolean grey = model.getNumColorComponents() == 1 || isGrey(model);
    int channels = grey ? 1 : COLOURS;
    byte[] pixels = new byte[height * width * channels];
    Raster raster = image.getRaster();
    boolean samples = model instanceof ComponentColorModel && raster.getNumBands() >= channels;
    int[] row = new int[samples ? width * raster.getNumBands() : width];
    for (int y = 0; y < height; y++) {
      if (samples) {
        raster.getPixels(0, y, width, 1, row);
        int shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - Byte.SIZE);
        for (int i = 0; i < width * channels; i++) {
          int band = i / channels * raster.getNumBands() + i % channels;
          pixels[y * width * channels + i] = (byte) (row[band] >> shift);
        }
      } else {
        image.getRGB(0, y, width, 1, row, 0, width);
        for (int i = 0; i < width * channels; i++) {
          int shift = Byte.SIZE * (2 - i % channels);
          pixels[y * width * channels + i] = (byte) (row[i / channels] >> shift);
        }
      }
    }
    return new Picture(height, width, channels, pixels);
  }

  /** A palette of greys is how ImageIO has PNGs of fewer than 8 bits a pixel. */
  private static boolean isGrey(ColorModel model) {
    if (!(model instanceof IndexColorModel palette)) {
      return false;
    }
    for (int i = 0; i < palette.getMapSize(); i++) {
      if (palette.getRed(i) != palette.getGreen(i) || palette.getRed(i) != palette.getBlue(i)) {
        return false;
      }
    }
    return true;
  }

  /** The same picture with the channels of a mode. */
  public Picture in(ColorMode mode) {
    boolean same = channels == (mode == ColorMode.RGB ? COLOURS : 1);
    return same ? this : mode == ColorMode.RGB ? coloured() : greyed();
  }

  private Picture coloured() {
    byte[] colours = new byte[pixels.length * COLOURS];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = pixels[i / COLOURS];
    }
    return new Picture(height, width, COLOURS, colours);
  }

  private Picture greyed() {
    byte[] greys = new byte[height * width];
    for (int i = 0; i < greys.length; i++) {
      int red = pixels[i * COLOURS] & 0xff;
      int green = pixels[i * COLOURS + 1] & 0xff;
      int blue = pixels[i * COLOURS + 2] & 0xff;
      greys[i] = (byte) ((RED * red + GREEN * green + BLUE * blue) >> SHIFT);
    }
    return new Picture(height, width, 1, greys);
  }

  /**
   * The same picture in another size: bilinear between the centres of pixels, without smoothing,
   * rounded to the nearest byte, half up.
   */
  public Picture resized(int toHeight, int toWidth) {
    if (toHeight == height && toWidth == width) {
      return this;
    }
    Between rows = new Between(height, toHeight);
    Between columns = new Between(width, toWidth);
    byte[] resized = new byte[toHeight * toWidth * channels];
    int at = 0;
    for (int y = 0; y < toHeight; y++) {
      for (int x = 0; x < toWidth; x++) {
        for (int c = 0; c < channels; c++) {
          float top = between(rows.lower[y], columns, x, c);
          float bottom = between(rows.upper[y], columns, x, c);
          resized[at++] = (byte) (int) (top + (bottom - top) * rows.share[y] + 0.5f);
        }
      }
    }
    return new Picture(toHeight, toWidth, channels, resized);
  }

  private float between(int row, Between columns, int x, int c) {
    int left = pixels[(row * width + columns.lower[x]) * channels + c] & 0xff;
    int right = pixels[(row * width + columns.upper[x]) * channels + c] & 0xff;
    return left + (right - left) * columns.share[x];
  }

  /** Between which two pixels each pixel of another size lies, and how far from the lower one. */
  private static final class Between {
    final int[] lower;
    final int[] upper;
    final float[] share;

    Between(int from, int to) {
      lower = new int[to];
      upper = new int[to];
      share = new float[to];
      float scale = (float) from / to;
      for (int i = 0; i < to; i++) {
        float place = (i + 0.5f) * scale - 0.5f;
        float floor = (float) Math.floor(place);
        lower[i] = Math.max(0, (int) floor);
        upper[i] = Math.min(from - 1, (int) Math.ceil(place));
        share[i] = place - floor;
      }
    }
  }

  /** That of its pixels; of grey ones without a dimension for the channel. */
  Shape shape() {
    return channels == 1 ? Shape.of(height, width) : Shape.of(height, width, channels);
  }

  /** {@code 28x32 grey}. */
  String kind() {
    return String.format(
        Locale.ROOT, "%dx%d %s", height, width, channels == 1 ? "in grey" : "in colour");
  }
}
