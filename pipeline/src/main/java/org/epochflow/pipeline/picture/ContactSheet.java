package org.epochflow.pipeline.picture;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Pictures in rows on one PNG, each scaled up without smoothing, with a caption under it. One with
 * an edge of more than {@value #MOST_EDGE} pixels is made smaller first. Needs no display and no
 * fonts; the same pictures are the same pixels on every machine, and the same bytes of one version
 * of Java.
 *
 * @param height of every picture, in pixels
 * @param channels 1 for grey, 3 for red, green, blue
 * @param columns pictures in a row
 * @param scale how many pixels wide and high a picture's pixel becomes
 */
public record ContactSheet(int height, int width, int channels, int columns, int scale) {
  private static final int MARGIN = 4;
  private static final int MOST_EDGE = 256;
  private static final int BACKGROUND = 0xffffff;
  private static final int INK = 0x202020;

  /**
   * A picture to draw.
   *
   * @param pixels unsigned bytes, {@code [height x width x channels]}
   * @param caption one line or more, for instance {@code 7 -> 2 93%}
   */
  public record Picture(byte[] pixels, String caption) {}

  public ContactSheet {
    for (int value : new int[] {height, width, columns, scale}) {
      if (value < 1) {
        throw new IllegalArgumentException(
            "Expected height, width, columns and scale of 1 or more, found " + value);
      }
    }
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("Expected 1 or 3 channels, found " + channels);
    }
  }

  /** Writes the pictures, row by row; none at all are an empty row. The stream stays open. */
  public void write(List<Picture> pictures, OutputStream out) throws IOException {
    png(draw(pictures), out);
  }

  BufferedImage draw(List<Picture> pictures) {
    Thumbnail shown = Thumbnail.of(height, width, channels, MOST_EDGE);
    int rows = Math.max(1, (pictures.size() + columns - 1) / columns);
    int cellWidth = cellWidth(pictures, shown.width() * scale);
    int cellHeight = shown.height() * scale + captionHeight(pictures) + 2 * MARGIN;
    BufferedImage sheet = blank(columns * cellWidth, rows * cellHeight);
    for (int i = 0; i < pictures.size(); i++) {
      int left = i % columns * cellWidth;
      int top = i / columns * cellHeight + MARGIN;
      int pictureLeft = left + (cellWidth - shown.width() * scale) / 2;
      draw(sheet, shown, shown.of(checked(pictures.get(i), i)), pictureLeft, top);
      int captionTop = top + shown.height() * scale + MARGIN;
      for (String line : pictures.get(i).caption().lines().toList()) {
        int lineLeft = left + (cellWidth - captionWidth(line)) / 2;
        letter(sheet, line, lineLeft, captionTop, letterScale());
        captionTop += lineHeight();
      }
    }
    return sheet;
  }

  static BufferedImage blank(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    fill(image, 0, 0, width, height, BACKGROUND);
    return image;
  }

  static void png(BufferedImage image, OutputStream out) throws IOException {
    try (ImageOutputStream png = new MemoryCacheImageOutputStream(out)) {
      ImageIO.write(image, "png", png);
    }
  }

  private byte[] checked(Picture picture, int index) {
    int expected = height * width * channels;
    if (picture.pixels().length != expected) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected %d pixels, found %d (picture %d)",
              expected,
              picture.pixels().length,
              index));
    }
    return picture.pixels();
  }

  private void draw(BufferedImage sheet, Thumbnail shown, byte[] pixels, int left, int top) {
    for (int y = 0; y < shown.height(); y++) {
      for (int x = 0; x < shown.width(); x++) {
        int colour = colour(pixels, (y * shown.width() + x) * channels);
        fill(sheet, left + x * scale, top + y * scale, scale, scale, colour);
      }
    }
  }

  private int colour(byte[] pixels, int at) {
    int colour = 0;
    for (int c = 0; c < 3; c++) {
      colour = (colour << 8) | (pixels[at + (channels == 3 ? c : 0)] & 0xff);
    }
    return colour;
  }

  static void letter(BufferedImage sheet, String caption, int left, int top, int size) {
    for (int i = 0; i < caption.length(); i++) {
      for (int y = 0; y < Glyphs.HEIGHT; y++) {
        for (int x = 0; x < Glyphs.WIDTH; x++) {
          if (Glyphs.drawn(caption.charAt(i), x, y)) {
            int column = i * (Glyphs.WIDTH + 1) + x;
            fill(sheet, left + column * size, top + y * size, size, size, INK);
          }
        }
      }
    }
  }

  /** Letters grow with the pictures, at half their scale. */
  private int letterScale() {
    return Math.max(1, scale / 2);
  }

  private int captionWidth(String caption) {
    int longest = caption.lines().mapToInt(String::length).max().orElse(0);
    return longest * (Glyphs.WIDTH + 1) * letterScale();
  }

  private int captionHeight(List<Picture> pictures) {
    long lines = pictures.stream().mapToLong(p -> p.caption().lines().count()).max().orElse(0);
    return lines == 0 ? 0 : MARGIN + (int) lines * lineHeight() - letterScale();
  }

  private int lineHeight() {
    return (Glyphs.HEIGHT + 1) * letterScale();
  }

  /** Wide enough for the picture and for every caption, so that columns are even. */
  private int cellWidth(List<Picture> pictures, int pictureWidth) {
    int captions = pictures.stream().mapToInt(p -> captionWidth(p.caption())).max().orElse(0);
    return Math.max(pictureWidth, captions) + 2 * MARGIN;
  }

  private static void fill(
      BufferedImage sheet, int left, int top, int width, int height, int colour) {
    int[] colours = new int[width * height];
    Arrays.fill(colours, colour);
    sheet.setRGB(left, top, width, height, colours, 0, width);
  }
}
