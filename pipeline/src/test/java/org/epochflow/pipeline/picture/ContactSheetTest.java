package org.epochflow.pipeline.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.CRC32C;
import javax.imageio.ImageIO;
import org.epochflow.pipeline.picture.ContactSheet.Picture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures on a PNG are found again, pixel by pixel. */
final class ContactSheetTest {
  private static final int WHITE = 0xffffff;

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "5, 3, 1", "6, 3, 4", "7, 3, 3", "2, 5, 2"})
  void everyPixelIsScaledUpInItsCell(int count, int columns, int scale) throws IOException {
    for (int channels : new int[] {1, 3}) {
      ContactSheet sheet = new ContactSheet(4, 6, channels, columns, scale);
      List<Picture> pictures = pictures(sheet, count, "");
      BufferedImage drawn = draw(sheet, pictures);
      int rows = (count + columns - 1) / columns;
      int cellWidth = drawn.getWidth() / columns;
      int cellHeight = drawn.getHeight() / rows;
      for (int i = 0; i < count; i++) {
        int left = i % columns * cellWidth + (cellWidth - 6 * scale) / 2;
        int top = i / columns * cellHeight + 4;
        for (int y = 0; y < 4 * scale; y++) {
          for (int x = 0; x < 6 * scale; x++) {
            int at = (y / scale * 6 + x / scale) * channels;
            int expected = colour(pictures.get(i).pixels(), at, channels);
            assertEquals(expected, drawn.getRGB(left + x, top + y) & WHITE);
          }
        }
      }
    }
  }

  @Test
  void theSamePicturesAreTheSamePixelsOnEveryMachine() throws IOException {
    ContactSheet sheet = new ContactSheet(28, 28, 1, 4, 3);
    BufferedImage drawn = draw(sheet, pictures(sheet, 6, "7 -> 2  93%"));
    int[] pixels =
        drawn.getRGB(0, 0, drawn.getWidth(), drawn.getHeight(), null, 0, drawn.getWidth());
    CRC32C crc = new CRC32C();
    for (int pixel : pixels) {
      crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(pixel & WHITE).flip());
    }
    assertEquals(
        "368 x 206, b600ba61",
        String.format(
            Locale.ROOT, "%d x %d, %x", drawn.getWidth(), drawn.getHeight(), crc.getValue()));
  }

  @Test
  void aCaptionWiderThanItsPictureWidensTheCells() throws IOException {
    ContactSheet sheet = new ContactSheet(2, 2, 1, 2, 1);
    assertEquals(2 * (20 * 6 + 8), draw(sheet, pictures(sheet, 2, "x".repeat(20))).getWidth());
    assertEquals(2 * (2 + 8), draw(sheet, pictures(sheet, 2, "")).getWidth());
  }

  @Test
  void captionsAreDrawnUnderTheirPictures() throws IOException {
    ContactSheet sheet = new ContactSheet(2, 20, 1, 1, 1);
    List<Picture> black = List.of(new Picture(new byte[40], "1"));
    BufferedImage drawn = draw(sheet, black);
    int ink = 0;
    for (int y = 4 + 2; y < drawn.getHeight(); y++) {
      for (int x = 0; x < drawn.getWidth(); x++) {
        ink += (drawn.getRGB(x, y) & WHITE) != WHITE ? 1 : 0;
      }
    }
    assertEquals(10, ink);
  }

  @Test
  void noPicturesAreAnEmptySheet() throws IOException {
    BufferedImage drawn = draw(new ContactSheet(2, 2, 1, 3, 1), List.of());
    assertEquals(WHITE, drawn.getRGB(0, 0) & WHITE);
  }

  @Test
  void everyCharacterOfACaptionHasItsOwnLook() {
    String captions = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ->%.,:/#()_+=<?!\u00e9";
    List<String> looks = new ArrayList<>();
    for (int at = 0; at < captions.length(); at++) {
      char character = captions.charAt(at);
      StringBuilder look = new StringBuilder();
      for (int i = 0; i < Glyphs.WIDTH * Glyphs.HEIGHT; i++) {
        look.append(Glyphs.drawn(character, i % Glyphs.WIDTH, i / Glyphs.WIDTH));
      }
      assertFalse(looks.contains(look.toString()), "look of " + character);
      looks.add(look.toString());
    }
    assertEquals(Glyphs.drawn('t', 0, 0), Glyphs.drawn('T', 0, 0));
  }

  @Test
  void aLargePictureIsMadeSmaller() {
    BufferedImage sheet =
        new ContactSheet(1000, 10, 1, 1, 1)
            .draw(List.of(new ContactSheet.Picture(new byte[10_000], "")));
    assertTrue(sheet.getHeight() < 300, "height " + sheet.getHeight());
  }

  @Test
  void aPictureOfAnotherSizeIsNamed() {
    ContactSheet sheet = new ContactSheet(2, 2, 3, 1, 1);
    List<Picture> pictures = new ArrayList<>(pictures(sheet, 2, ""));
    pictures.set(1, new Picture(new byte[11], ""));
    Exception e = assertThrows(IllegalArgumentException.class, () -> bytes(sheet, pictures));
    assertEquals("Expected 12 pixels, found 11 (picture 1)", e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new ContactSheet(2, 2, 2, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ContactSheet(2, 2, 1, 0, 1));
  }

  private static List<Picture> pictures(ContactSheet sheet, int count, String caption) {
    Random random = new Random(3);
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] pixels = new byte[sheet.height() * sheet.width() * sheet.channels()];
      random.nextBytes(pixels);
      pictures.add(new Picture(pixels, caption));
    }
    return pictures;
  }

  private static int colour(byte[] pixels, int at, int channels) {
    int red = pixels[at] & 0xff;
    int green = pixels[at + channels / 2] & 0xff;
    int blue = pixels[at + channels - 1] & 0xff;
    return (red << 16) | (green << 8) | blue;
  }

  private static byte[] bytes(ContactSheet sheet, List<Picture> pictures) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    sheet.write(pictures, out);
    return out.toByteArray();
  }

  private static BufferedImage draw(ContactSheet sheet, List<Picture> pictures) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(bytes(sheet, pictures)));
  }
}
