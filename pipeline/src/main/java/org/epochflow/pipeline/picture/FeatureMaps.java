package org.epochflow.pipeline.picture;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.epochflow.model.nn.Activations;
import org.epochflow.model.nn.Shape;

/**
 * The feature maps of one image as one PNG: a band for each layer that computes something, a tile
 * for each of its channels, a row of squares for a vector. Within a layer the smallest value is
 * black and the largest white.
 */
public final class FeatureMaps {
  private static final int TILE_PIXELS = 64;
  private static final int COLUMNS = 16;
  private static final int VECTOR_COLUMNS = 64;

  private FeatureMaps() {}

  /** Writes the picture; the stream stays open. */
  public static void write(List<Activations.Output> outputs, OutputStream out) throws IOException {
    List<BufferedImage> bands =
        outputs.stream().filter(FeatureMaps::computes).map(FeatureMaps::band).toList();
    int width = bands.stream().mapToInt(BufferedImage::getWidth).max().orElse(1);
    int height = bands.stream().mapToInt(BufferedImage::getHeight).sum();
    BufferedImage whole = ContactSheet.blank(width, Math.max(1, height));
    int top = 0;
    for (BufferedImage band : bands) {
      whole.getRaster().setRect(0, top, band.getRaster());
      top += band.getHeight();
    }
    ContactSheet.png(whole, out);
  }

  private static boolean computes(Activations.Output output) {
    return !output.layer().isIdentity();
  }

  private static BufferedImage band(Activations.Output output) {
    Shape shape = output.shape();
    byte[] grey = grey(output.values());
    String title = "%s %s".formatted(output.layer().name(), shape).toUpperCase(Locale.ROOT) + ":";
    if (!shape.isImage()) {
      int columns = Math.min(VECTOR_COLUMNS, grey.length);
      return titled(title, 1, 1, columns, TILE_PIXELS / 4, tiles(grey, grey.length, 1));
    }
    int scale = Math.max(1, TILE_PIXELS / Math.max(shape.height(), shape.width()));
    int columns = Math.min(COLUMNS, shape.channels());
    List<ContactSheet.Picture> tiles =
        tiles(grey, shape.channels(), shape.height() * shape.width());
    return titled(title, shape.height(), shape.width(), columns, scale, tiles);
  }

  private static BufferedImage titled(
      String title,
      int height,
      int width,
      int columns,
      int scale,
      List<ContactSheet.Picture> tiles) {
    BufferedImage sheet = new ContactSheet(height, width, 1, columns, scale).draw(tiles);
    int size = 2;
    int head = (Glyphs.HEIGHT + 4) * size;
    int wide = Math.max(sheet.getWidth(), (title.length() + 2) * (Glyphs.WIDTH + 1) * size);
    BufferedImage band = ContactSheet.blank(wide, head + sheet.getHeight());
    ContactSheet.letter(band, title, 2 * size, 2 * size, size);
    band.getRaster().setRect(0, head, sheet.getRaster());
    return band;
  }

  /** Channel by channel out of values whose last dimension is the channel. */
  private static List<ContactSheet.Picture> tiles(byte[] grey, int channels, int pixels) {
    List<ContactSheet.Picture> tiles = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      byte[] tile = new byte[pixels];
      for (int i = 0; i < pixels; i++) {
        tile[i] = grey[i * channels + c];
      }
      tiles.add(new ContactSheet.Picture(tile, ""));
    }
    return tiles;
  }

  private static byte[] grey(float[] values) {
    double[] wide = IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    double least = IntStream.range(0, wide.length).mapToDouble(i -> wide[i]).min().orElse(0);
    double most = IntStream.range(0, wide.length).mapToDouble(i -> wide[i]).max().orElse(0);
    byte[] grey = new byte[wide.length];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = (byte) (most > least ? Math.round(255 * (wide[i] - least) / (most - least)) : 0);
    }
    return grey;
  }
}
