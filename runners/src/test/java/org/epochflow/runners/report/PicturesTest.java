package org.epochflow.runners.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page stays small, however many and large the images are. */
final class PicturesTest {
  private static final int SIDE = 128;

  @Test
  void manyLargeMistakesAreFewSmallPictures(@TempDir Path folder) throws IOException {
    export(folder, 1100);
    ObjectNode tree = Pictures.misclassified(folder + "", Pictures.wrong(folder + ""));
    assertEquals(1100, tree.get("total").asInt());
    assertEquals(1024, tree.get("rows").size());
    assertEquals(64, tree.get("images").get("width").asInt());
    assertTrue(tree.toString().length() < 8_000_000, tree.toString().length() + " characters");
  }

  /** An export of mistakes, as an evaluation writes it; noise is what a PNG cannot make smaller. */
  private static void export(Path folder, int count) throws IOException {
    String rows =
        IntStream.range(0, count)
            .mapToObj(
                i -> String.format(Locale.ROOT, "%d,%d,%d,0.9,0.1,0.9\n", i, i % 2, 1 - i % 2))
            .collect(Collectors.joining());
    Files.writeString(
        folder.resolve("misclassified.csv"), "index,label,predicted,confidence,p0,p1\n" + rows);
    byte[] image = new byte[SIDE * SIDE];
    Random random = new Random(1);
    try (OutputStream images = Files.newOutputStream(folder.resolve("images-idx3-ubyte"))) {
      images.write(header(0x803, count, SIDE, SIDE));
      for (int i = 0; i < count; i++) {
        random.nextBytes(image);
        images.write(image);
      }
    }
    try (OutputStream labels = Files.newOutputStream(folder.resolve("labels-idx1-ubyte"))) {
      labels.write(header(0x801, count));
      labels.write(new byte[count]);
    }
  }

  private static byte[] header(int... words) {
    ByteBuffer header = ByteBuffer.allocate(words.length * Integer.BYTES);
    IntStream.of(words).forEach(header::putInt);
    return header.array();
  }
}
