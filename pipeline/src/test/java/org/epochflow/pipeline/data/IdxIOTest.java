package org.epochflow.pipeline.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.util.SerializableUtils;
import org.epochflow.pipeline.Direct;
import org.epochflow.pipeline.SmallData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
    List<Source> files = severalFiles();
    List<Block> blocks = read(IdxIO.read(Records.open(files)).withRecordsPerBlock(perBlock));
    requireAll(files, blocks);
    blocks.forEach(block -> assertTrue(block.records() <= perBlock));
    int expected = (119 + perBlock) / perBlock;
    if (perBlock <= 120) {
      assertEquals(expected, blocks.stream().filter(block -> block.file() == 0).count());
    }
  }

  @Test
  void blocksAreByDefaultAsLargeAsTheDataAsks() throws IOException {
    List<Source> files = severalFiles();
    List<Block> blocks = read(IdxIO.read(Records.open(files)));
    requireAll(files, blocks);
    assertEquals(4 + 2 + 1, blocks.size());
    assertEquals(32, Block.recordsOf(171, RECORD_BYTES));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void aBlockOfNoRecordsIsRefused(int perBlock) throws IOException {
    IdxIO.Read read = IdxIO.read(Records.open(severalFiles()));
    assertThrows(IllegalArgumentException.class, () -> read.withRecordsPerBlock(perBlock));
  }

  /** A runner may serialise it again for each of the files. */
  @Test
  void whatReadsRangesIsAsSmallForManyFilesAsForOne() throws IOException {
    Records one = Records.open(List.of(SmallData.random(folder, "a", 4, 1)));
    Records many = new Records(Collections.nCopies(200, one.parts().get(0)));
    assertEquals(readerBytes(one), readerBytes(many));
  }

  private static int readerBytes(Records records) {
    Pipeline pipeline = Pipeline.create();
    pipeline.apply("Read", IdxIO.read(records).withRecordsPerBlock(2));
    List<Integer> bytes = new ArrayList<>();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public void visitPrimitiveTransform(TransformHierarchy.Node node) {
            if (node.getFullName().contains("ReadRanges")
                && node.getTransform() instanceof ParDo.MultiOutput<?, ?> function) {
              bytes.add(SerializableUtils.serializeToByteArray(function.getFn()).length);
            }
          }
        });
    assertEquals(1, bytes.size());
    return bytes.get(0);
  }

  private List<Source> severalFiles() throws IOException {
    return List.of(
        SmallData.random(folder, "a", 120, 1),
        SmallData.random(folder, "b", 50, 2),
        SmallData.random(folder, "c", 1, 3));
  }

  private List<Block> read(IdxIO.Read read) throws IOException {
    return Direct.elements(folder, new Block.Coder(), pipeline -> pipeline.apply("Read", read));
  }

  /** Holds blocks against the bytes of the files, records counted through. */
  private static void requireAll(List<Source> files, List<Block> blocks) throws IOException {
    Map<Long, String> found = new HashMap<>();
    for (Block block : blocks) {
      for (int i = 0; i < block.records(); i++) {
        byte[] pixels =
            Arrays.copyOfRange(block.pixels(), i * RECORD_BYTES, (i + 1) * RECORD_BYTES);
        String before =
            found.put(
                block.indices()[i],
                String.format(
                    Locale.ROOT,
                    "%d %d %d %s",
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
            String.format(Locale.ROOT, "%d %d %d %s", f, i, labels[8 + i], Arrays.toString(pixels)),
            found.remove(index++));
      }
    }
    assertArrayEquals(new Long[0], found.keySet().toArray());
  }
}
