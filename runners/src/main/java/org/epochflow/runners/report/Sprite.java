package org.epochflow.runners.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Pictures of one size as the tiles of one PNG, which a page's {@code sprite} shows one by one.
 *
 * @param url the PNG as a {@code data:} URL
 * @param width the width of a tile, in pixels; likewise {@code height}
 * @param columns the number of tiles in a row
 */
public record Sprite(String url, int width, int height, int columns) {
  private static final int COLUMNS = 40;

  /**
   * Arranges the pictures in rows.
   *
   * @param pictures unsigned bytes, each {@code [height x width x channels]}
   * @param channels 3 for red, green and blue; with any other number, the first is shown as grey
   */
  public static Sprite of(List<byte[]> pictures, int height, int width, int channels)
      throws IOException {
    int columns = Math.max(1, Math.min(COLUMNS, pictures.size()));
    int rows = Math.max(1, (pictures.size() + columns - 1) / columns);
    BufferedImage tiles =
        new BufferedImage(
            columns * width,
            rows * height,
            channels == 3 ? BufferedImage.TYPE_3BYTE_BGR : BufferedImage.TYPE_BYTE_GRAY);
    int bands = channels == 3 ? 3 : 1;
    for (int i = 0; i < pictures.size(); i++) {
      int[] samples = samples(pictures.get(i), channels, bands);
      tiles
          .getRaster()
          .setPixels(i % columns * width, i / columns * height, width, height, samples);
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(tiles, "png", png);
    String base64 = Base64.getEncoder().encodeToString(png.toByteArray());
    return new Sprite("data:image/png;base64," + base64, width, height, columns);
  }

  private static int[] samples(byte[] pixels, int channels, int bands) {
    int[] samples = new int[pixels.length / channels * bands];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = pixels[i / bands * channels + i % bands] & 0xff;
    }
    return samples;
  }
}
