package org.epochflow.pipeline.predict;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.testing.CoderProperties;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.predict.Classification;
import org.junit.jupiter.api.Test;

/** What a file's pixels become. */
final class ImageTest {
  private static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, "png", out));
    return out.toByteArray();
  }

  /** One row. */
  private static byte[] png(int type, int... colours) throws IOException {
    BufferedImage image = new BufferedImage(colours.length, 1, type);
    for (int x = 0; x < colours.length; x++) {
      image.setRGB(x, 0, colours[x]);
    }
    return png(image);
  }

  private static byte[] greys(int type, int... samples) throws IOException {
    BufferedImage image = new BufferedImage(samples.length, 1, type);
    for (int x = 0; x < samples.length; x++) {
      image.getRaster().setSample(x, 0, 0, samples[x]);
    }
    return png(image);
  }

  @Test
  void greysStayAsTheyAre() throws IOException {
    byte[] all = greys(BufferedImage.TYPE_BYTE_GRAY, 0, 1, 100, 200, 255);
    assertArrayEquals(new byte[] {0, 1, 100, (byte) 200, (byte) 255}, Image.decode(all).pixels());
    byte[] sixteen = greys(BufferedImage.TYPE_USHORT_GRAY, 0x1234, 0xff00);
    assertArrayEquals(new byte[] {0x12, (byte) 0xff}, Image.decode(sixteen).pixels());
    byte[] two = png(BufferedImage.TYPE_BYTE_BINARY, 0xff000000, 0xffffffff);
    assertArrayEquals(new byte[] {0, (byte) 255}, Image.decode(two).pixels());
  }

  @Test
  void coloursBecomeGreyByTheirWeights() throws IOException {
    byte[] file = png(BufferedImage.TYPE_INT_RGB, 0xff0000, 0x00ff00, 0x0000ff, 0x0a141e);
    assertArrayEquals(new byte[] {76, (byte) 149, 29, 18}, Image.decode(file).pixels());
  }

  @Test
  void greyBecomesThreeEqualColoursAndAlphaIsLeftOut() throws IOException {
    Shape colour = Shape.of(1, 1, 3);
    byte[] grey = greys(BufferedImage.TYPE_BYTE_GRAY, 77);
    assertArrayEquals(new byte[] {77, 77, 77}, Image.decode(grey, colour).pixels());
    byte[] clear = png(BufferedImage.TYPE_INT_ARGB, 0x01_0a_0b_0c);
    assertArrayEquals(new byte[] {10, 11, 12}, Image.decode(clear, colour).pixels());
  }

  /** {@code tf.image.resize([[0, 10], [20, 30]], (4, 3))}, rounded half up. */
  @Test
  void anotherSizeIsBilinear() throws IOException {
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 4; i++) {
      image.getRaster().setSample(i % 2, i / 2, 0, 10 * i);
    }
    assertArrayEquals(
        new byte[] {0, 5, 10, 5, 10, 15, 15, 20, 25, 20, 25, 30},
        Image.decode(png(image), Shape.of(4, 3)).pixels());
  }

  @Test
  void aSmallFileCannotAskForMuchMemory() throws IOException {
    byte[] file = greys(BufferedImage.TYPE_BYTE_GRAY, 0);
    ByteBuffer header = ByteBuffer.wrap(file);
    header.putInt(16, 60_000).putInt(20, 60_000);
    CRC32 crc = new CRC32();
    crc.update(file, 12, 17);
    header.putInt(29, (int) crc.getValue());
    assertEquals(
        "Expected an image, found one that is too large: 3600000000 pixels, of at most 16777216",
        assertThrows(IllegalArgumentException.class, () -> Image.decode(file)).getMessage());
  }

  @Test
  void shapeAndPixelsAgree() {
    assertEquals(
        "Expected 4 pixels for an image of (2, 2), found 3",
        assertThrows(IllegalArgumentException.class, () -> new Image(Shape.of(2, 2), new byte[3]))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> Image.decode(new byte[9], Shape.of(2, 2, 2)));
  }

  @Test
  void beamFindsDeterministicCoders() throws Exception {
    CoderRegistry registry = CoderRegistry.createDefault();
    Image image = new Image(Shape.of(1, 2), new byte[] {1, -1});
    Classification answer = new Classification(1, "cat", new float[] {0.25f, 0.75f});
    CoderProperties.structuralValueDecodeEncodeEqual(registry.getCoder(Image.class), image);
    CoderProperties.structuralValueDecodeEncodeEqual(
        registry.getCoder(Classification.class), answer);
    registry.getCoder(Image.class).verifyDeterministic();
    registry.getCoder(Classification.class).verifyDeterministic();
  }
}
