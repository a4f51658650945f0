package org.epochflow.runners.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Tests {@link Sprite}. */
class SpriteTest {
  @Test
  void greyPicturesAreTilesInRows() throws IOException {
    List<byte[]> pictures =
        IntStream.range(0, 41).mapToObj(i -> new byte[] {(byte) i, (byte) (200 + i)}).toList();

    Sprite sprite = Sprite.of(pictures, 2, 1, 1);

    assertEquals(40, sprite.columns());
    BufferedImage tiles = image(sprite);
    assertEquals(40, tiles.getWidth());
    assertEquals(4, tiles.getHeight());
    assertEquals(39, tiles.getRaster().getSample(39, 0, 0));
    assertEquals(40, tiles.getRaster().getSample(0, 2, 0));
    assertEquals(240, tiles.getRaster().getSample(0, 3, 0));
  }

  @Test
  void coloursStayColours() throws IOException {
    BufferedImage tile = image(Sprite.of(List.of(new byte[] {1, 2, 3}), 1, 1, 3));

    assertEquals(0xff010203, tile.getRGB(0, 0));
  }

  @Test
  void ofTwoChannelsTheFirstIsShown() throws IOException {
    BufferedImage tiles = image(Sprite.of(List.of(new byte[] {7, 99, 8, 99}), 1, 2, 2));

    assertEquals(7, tiles.getRaster().getSample(0, 0, 0));
    assertEquals(8, tiles.getRaster().getSample(1, 0, 0));
  }

  private static BufferedImage image(Sprite sprite) throws IOException {
    String base64 = sprite.url().replaceFirst("^data:image/png;base64,", "");
    return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
  }
}
