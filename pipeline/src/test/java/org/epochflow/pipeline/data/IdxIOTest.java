package org.epochflow.pipeline.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.epochflow.model.idx.IdxFormatException;
import org.epochflow.pipeline.Direct;
import org.epochflow.pipeline.SmallData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every record of the files comes out once, under its number. */
final class IdxIOTest {
  private static final int RECORD_BYTES = SmallData.HEIGHT * SmallData.WIDTH;
  private final Path folder;

  IdxIOTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 50, 120, 121, 1 << 28, Integer.MAX_VALUE})
  void everyRecordIsReadOnceInBlocksOfAnySize(int perBlock) throws IOException {
    List<IdxFiles> files = severalFiles();
    List<Block> blocks = read(IdxIO.read(files).withRecordsPerBlock(perBlock));
    requireAll(files, blocks);
    blocks.forEach(block -> assertTrue(block.records() <= perBlock));
    int expected = (119 + perBlock) / perBlock;
    if (perBlock <= 120) {
      assertEquals(expected, blocks.stream().filter(block -> block.file() == 0).count());
    }
  }

  @Test
  void blocksAreByDefaultAsLargeAsTheDataAsks() throws IOException {
    List<IdxFiles> files = severalFiles();
    List<Block> blocks = read(IdxIO.read(files));
    requireAll(files, blocks);
    assertEquals(4 + 2 + 1, blocks.size());
    assertEquals(32, Block.recordsOf(171, RECORD_BYTES));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void aBlockOfNoRecordsIsRefused(int perBlock) {
    IdxIO.Read read = IdxIO.read(List.of(new IdxFiles("images", "labels")));
    assertThrows(IllegalArgumentException.class, () -> read.withRecordsPerBlock(perBlock));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      wrong-magic-images-idx3-ubyte  | good-labels-idx1-ubyte        | magic 0x00000803 (images) at byte 0, found 0x00000801
      truncated-images-idx3-ubyte    | good-labels-idx1-ubyte        | end of file after 5 records of 12 bytes at byte 76, found it at byte 71
      zero-images-idx3-ubyte         | zero-labels-idx1-ubyte        | at least 1 record at byte 4, found 0
      good-images-idx3-ubyte         | wrong-magic-labels-idx1-ubyte | magic 0x00000801 (labels) at byte 0, found 0x00000803
      good-images-idx3-ubyte         | trailing-labels-idx1-ubyte    | end of file after 5 records of 1 byte at byte 13, found it at byte 14
      corrupt-images-idx3-ubyte.gz   | good-labels-idx1-ubyte        | magic 0x00000803 (images) at byte 0, found gzip data (1F 8B)
      """)
  void whatIsWrongWithAFileIsToldAsItStands(String images, String labels, String message) {
    Path malformed = SmallData.testdata("malformed");
    IdxFiles files = new IdxFiles(malformed.resolve(images) + "", malformed.resolve(labels) + "");
    var fault = assertThrows(IdxFormatException.class, () -> read(IdxIO.read(List.of(files))));
    String file =
        message.contains("(labels)") || message.contains("1 byte")
            ? files.labels()
            : files.images();
    assertEquals("Expected %s (%s)".formatted(message, file), fault.getMessage());
  }

  @Test
  void imagesWithoutALabelEachAreRefused() {
    Path malformed = SmallData.testdata("malformed");
    IdxFiles files =
        new IdxFiles(
            malformed.resolve("good-images-idx3-ubyte") + "",
            malformed.resolve("fewer-labels-idx1-ubyte") + "");
    var fault = assertThrows(IdxFormatException.class, () -> read(IdxIO.read(List.of(files))));
    assertEquals("5 labels, as %s has images,".formatted(files.images()), fault.expected());
    assertEquals("4", fault.found());
  }

  private List<IdxFiles> severalFiles() throws IOException {
    return List.of(
        SmallData.random(folder, "a", 120, 1),
        SmallData.random(folder, "b", 50, 2),
        SmallData.random(folder, "c", 1, 3));
  }

  private List<Block> read(IdxIO.Read read) throws IOException {
    return Direct.elements(folder, new Block.Coder(), pipeline -> pipeline.apply("Read", read));
  }

  /** Holds blocks against the bytes of the files, records counted through. */
  private static void requireAll(List<IdxFiles> files, List<Block> blocks) throws IOException {
    Map<Long, String> found = new HashMap<>();
    for (Block block : blocks) {
      for (int i = 0; i < block.records(); i++) {
        byte[] pixels =
            Arrays.copyOfRange(block.pixels(), i * RECORD_BYTES, (i + 1) * RECORD_BYTES);
        String before =
            found.put(
                block.indices()[i],
                "%d %d %d %s"
                    .formatted(
                        block.file(),
                        block.first() + i,
                        block.labels()[i],
                        Arrays.toString(pixels)));
        assertEquals(null, before, "twice");
      }
    }
    long index = 0;
    for (int f = 0; f < files.size(); f++) {
      byte[] images = Files.readAllBytes(Path.of(files.get(f).images()));
      byte[] labels = Files.readAllBytes(Path.of(files.get(f).labels()));
      for (int i = 0; i < labels.length - 8; i++) {
        int from = 16 + i * RECORD_BYTES;
        byte[] pixels = Arrays.copyOfRange(images, from, from + RECORD_BYTES);
        assertEquals(
            "%d %d %d %s".formatted(f, i, labels[8 + i], Arrays.toString(pixels)),
            found.remove(index++));
      }
    }
    assertArrayEquals(new Long[0], found.keySet().toArray());
  }
}
