package org.epochflow.pipeline.data.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.Reading.ColorMode;
import org.epochflow.pipeline.data.Reading.ImageSize;
import org.junit.jupiter.api.Test;

/** Pictures are what Keras makes of them, rounded to bytes. */
final class PictureTest {
  private static final Path PICTURES = SmallData.testdata("pictures");

  /** Two decoders of JPEG agree to a few steps; of CMYK each makes other colours. */
  private static int tolerance(String name) {
    return name.startsWith("cmyk") ? 255 : name.contains(".jp") ? 4 : 0;
  }

  private static byte[] file(String name) throws IOException {
    return Files.readAllBytes(PICTURES.resolve(name));
  }

  @Test
  void everyKindInEachModeAndSizeIsAsKerasHasIt() throws IOException {
    JsonNode golden = new ObjectMapper().readTree(PICTURES.resolve("keras.json").toFile());
    assertEquals(60, golden.size());
    for (String key : (Iterable<String>) golden::fieldNames) {
      String[] words = key.split(" ", -1);
      ColorMode mode = ColorMode.valueOf(words[1].toUpperCase(Locale.ROOT));
      ImageSize size = ImageSize.parse(words[2]).orElseThrow();
      byte[] pixels =
          Picture.decode(file(words[0])).in(mode).resized(size.height(), size.width()).pixels();
      JsonNode expected = golden.get(key);
      assertEquals(expected.size(), pixels.length, key);
      for (int i = 0; i < pixels.length; i++) {
        double difference = Math.abs((pixels[i] & 0xff) - expected.get(i).asDouble());
        assertTrue(difference <= 0.501 + tolerance(words[0]), key + " at " + i + ": " + difference);
      }
    }
  }

  @Test
  void aPictureIsGreyOrColouredAsItsFileIs() throws IOException {
    for (String grey : new String[] {"grey.png", "grey.jpeg", "one-bit.png", "sixteen-bits.png"}) {
      assertEquals(1, Picture.decode(file(grey)).channels(), grey);
    }
    for (String colour : new String[] {"alpha.png", "colour.gif", "palette.png", "cmyk.jpg"}) {
      assertEquals(3, Picture.decode(file(colour)).channels(), colour);
    }
  }

  @Test
  void whatACameraNotesTurnsNoPicture() throws IOException {
    assertArrayEquals(
        Picture.decode(file("colour.jpg")).pixels(), Picture.decode(file("turned.jpg")).pixels());
  }

  @Test
  void cmykIsReadAsColours() throws IOException {
    Picture cmyk = Picture.decode(file("cmyk.jpg"));
    Picture rgb = Picture.decode(file("colour.png"));
    long apart = 0;
    for (int i = 0; i < cmyk.pixels().length; i++) {
      apart += Math.abs((cmyk.pixels()[i] & 0xff) - (rgb.pixels()[i] & 0xff));
    }
    assertTrue(apart / cmyk.pixels().length < 40, () -> "mean difference too large");
  }

  @Test
  void whatIsNoPictureIsToldInAFewWords() throws IOException {
    refuses("empty", new byte[0]);
    refuses("no PNG, JPEG, BMP or GIF", "a text".getBytes(StandardCharsets.UTF_8));
    byte[] png = file("colour.png");
    BadDataException damaged =
        assertThrows(
            BadDataException.class, () -> Picture.decode(Arrays.copyOf(png, png.length / 2)));
    assertTrue(String.valueOf(damaged.getMessage()).startsWith("damaged: "), damaged::toString);
  }

  private static void refuses(String reason, byte[] file) {
    assertEquals(
        reason, assertThrows(BadDataException.class, () -> Picture.decode(file)).getMessage());
  }
}
