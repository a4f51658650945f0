package org.epochflow.pipeline.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A manifest is the sum of its blocks' rows, whatever order they came in. */
final class ManifestTest {
  private static final int CLASSES = 3;
  private static final List<Manifest.FileRow> FILES =
      List.of(
          new Manifest.FileRow("a-images", "a-labels", 30, 16 + 180, 38),
          new Manifest.FileRow("b-images", "b-labels", 21, 16 + 126, 29));
  private final List<Block> blocks = new ArrayList<>();
  private final List<BlockRow> rows = new ArrayList<>();

  ManifestTest() {
    Random random = new Random(8);
    for (int file = 0; file < 2; file++) {
      for (int first = 0; first < FILES.get(file).records(); first += 10) {
        int records = Math.min(10, FILES.get(file).records() - first);
        byte[] labels = new byte[records];
        for (int i = 0; i < records; i++) {
          labels[i] = (byte) random.nextInt(CLASSES + 1);
        }
        byte[] pixels = new byte[6 * records];
        random.nextBytes(pixels);
        blocks.add(new Block(file, first, new long[records], labels, pixels));
      }
    }
    blocks.forEach(block -> rows.add(BlockRow.of(block, CLASSES)));
  }

  @Test
  void theOrderInWhichRowsArriveDoesNotMatter() {
    Manifest manifest = manifest(rows);
    for (int seed = 0; seed < 20; seed++) {
      List<BlockRow> shuffled = new ArrayList<>(rows);
      Collections.shuffle(shuffled, new Random(seed));
      assertEquals(manifest, manifest(shuffled));
      assertEquals(manifest.crc(), manifest(shuffled).crc());
    }
    assertEquals(rows, manifest.blocks());
  }

  @Test
  void jsonAndBackIsIdentity() throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    DataSet data =
        new DataSet(manifest(rows), new Manifest(List.of(), List.of(), 1, List.of(), List.of()));
    String text = json.writeValueAsString(data);
    DataSet read = json.readValue(text, DataSet.class);
    assertEquals(data, read);
    assertEquals(text, json.writeValueAsString(read));
  }

  @Test
  void theStatisticsEqualAPlainLoop() {
    long[] perClass = new long[CLASSES];
    long rejected = 0;
    double sum = 0;
    int pixels = 0;
    for (Block block : blocks) {
      for (byte label : block.labels()) {
        if (label < CLASSES) {
          perClass[label]++;
        } else {
          rejected++;
        }
      }
      for (byte pixel : block.pixels()) {
        sum += (pixel & 0xff) / 255.0;
        pixels++;
      }
    }
    double squares = 0;
    for (Block block : blocks) {
      for (byte pixel : block.pixels()) {
        squares += Math.pow((pixel & 0xff) / 255.0 - sum / pixels, 2);
      }
    }
    Manifest manifest = manifest(rows);
    assertEquals(List.of(perClass[0], perClass[1], perClass[2]), manifest.perClass());
    assertEquals(rejected, manifest.rejectedRecords());
    assertEquals(51 - rejected, manifest.examples());
    assertEquals(sum / pixels, manifest.pixelMean(), 1e-12);
    assertEquals(Math.sqrt(squares / pixels), manifest.pixelDeviation(), 1e-12);
  }

  @Test
  void imagesOfOneValueDoNotDeviate() {
    byte[] pixels = new byte[60];
    Arrays.fill(pixels, (byte) 77);
    Block flat = new Block(0, 0, new long[10], new byte[10], pixels);
    Manifest manifest = manifest(List.of(BlockRow.of(flat, CLASSES)));
    assertEquals(77 / 255.0, manifest.pixelMean(), 1e-15);
    assertEquals(0, manifest.pixelDeviation(), 1e-7);
  }

  @Test
  void otherContentIsAnotherFingerprintOfItsFileAlone() {
    Manifest manifest = manifest(rows);
    List<BlockRow> changed = new ArrayList<>(rows);
    blocks.get(4).pixels()[0]++;
    changed.set(4, BlockRow.of(blocks.get(4), CLASSES));
    assertNotEquals(manifest.crc(), manifest(changed).crc());
    assertEquals(manifest.crc(0), manifest(changed).crc(0));
    assertNotEquals(manifest.crc(1), manifest(changed).crc(1));
  }

  @Test
  void theSameBlocksInAnotherOrderAreAnotherFingerprint() {
    List<BlockRow> swapped = new ArrayList<>();
    swapped.add(at(rows.get(1), 0));
    swapped.add(at(rows.get(0), 10));
    assertNotEquals(manifest(rows.subList(0, 2)).crc(), manifest(swapped).crc());
  }

  private static BlockRow at(BlockRow row, int first) {
    return new BlockRow(
        row.file(),
        first,
        row.count(),
        row.crc(),
        row.pixelSum(),
        row.pixelSquares(),
        row.rejected(),
        row.perClass());
  }

  private static Manifest manifest(List<BlockRow> rows) {
    return new Manifest(FILES, List.of(3, 2), CLASSES, rows, List.of());
  }
}
