package org.epochflow.pipeline.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.epochflow.model.idx.IdxFormatException;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.idx.IdxWriter;
import org.epochflow.model.nn.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several files are one sequence, read by ranges. */
class ImageFilesTest {
  @TempDir private Path folder = Path.of("");

  private String write(String name, int images, int height, int width) throws IOException {
    Path file = folder.resolve(name);
    byte[] pixels = new byte[images * height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (name.charAt(0) + i);
    }
    try (IdxWriter writer =
        new IdxWriter(
            Channels.newChannel(Files.newOutputStream(file)),
            IdxHeader.images(images, height, width))) {
      writer.write(pixels);
    }
    return file.toString();
  }

  @Test
  void aRangeMayCrossFiles() throws IOException {
    List<String> paths = List.of(write("a", 3, 2, 2), write("k", 1, 2, 2), write("x", 4, 2, 2));
    ImageFiles files = ImageFiles.of(paths, paths);
    assertEquals(8, files.images());
    assertEquals(Shape.of(2, 2), files.shape());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String path : paths) {
      byte[] content = Files.readAllBytes(Path.of(path));
      all.write(content, 16, content.length - 16);
    }
    for (int from = 0; from <= 8; from++) {
      for (int to = from; to <= 8; to++) {
        ByteArrayOutputStream found = new ByteArrayOutputStream();
        List<Long> indices = new ArrayList<>();
        files.read(
            from,
            to,
            2,
            (index, count, pixels) -> {
              assertEquals(count * 4, pixels.length);
              for (int i = 0; i < count; i++) {
                indices.add(index + i);
              }
              found.write(pixels);
            });
        assertArrayEquals(
            Arrays.copyOfRange(all.toByteArray(), 4 * from, 4 * to), found.toByteArray());
        for (int i = 0; i < indices.size(); i++) {
          assertEquals(from + i, indices.get(i));
        }
        assertEquals(to - from, indices.size());
      }
    }
  }

  @Test
  void imagesOfAnotherShapeAreNamedAsTheUserDoes() throws IOException {
    List<String> paths = List.of(write("a", 3, 2, 2), write("b", 1, 2, 3));
    Exception e =
        assertThrows(IdxFormatException.class, () -> ImageFiles.of(paths, List.of("a.gz", "b.gz")));
    assertEquals(
        "Expected images of (2, 2), as in a.gz, at byte 8, found (2, 3) (b.gz)", e.getMessage());
  }
}
