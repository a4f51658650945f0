package org.epochflow.pipeline.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A block comes through a pipeline as it was, and its size is a function of the data. */
final class BlockTest {
  private static final Block.Coder CODER = new Block.Coder();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 32, 255, 256})
  void decodingWhatWasEncodedIsIdentity(int records) throws Exception {
    Block block = block(records, 48);
    Block decoded = CoderUtils.clone(CODER, block);
    assertEquals(block.file(), decoded.file());
    assertEquals(block.first(), decoded.first());
    assertArrayEquals(block.indices(), decoded.indices());
    assertArrayEquals(block.labels(), decoded.labels());
    assertArrayEquals(block.pixels(), decoded.pixels());
    CoderProperties.structuralValueDecodeEncodeEqual(CODER, block);
  }

  @Test
  void theCoderIsSerializableDeterministicAndTellsBlocksApart() throws Exception {
    CoderProperties.coderSerializable(CODER);
    CODER.verifyDeterministic();
    assertEquals(CODER.structuralValue(block(5, 3)), CODER.structuralValue(block(5, 3)));
    assertNotEquals(CODER.structuralValue(block(5, 3)), CODER.structuralValue(block(5, 4)));
  }

  @Test
  void anotherLabelOrPixelIsAnotherCrc() {
    Block block = block(9, 4);
    long crc = block.crc();
    block.labels()[8] ^= 1;
    long otherLabel = block.crc();
    block.labels()[8] ^= 1;
    assertEquals(crc, block.crc());
    block.pixels()[35] ^= (byte) 0x80;
    assertNotEquals(crc, otherLabel);
    assertNotEquals(crc, block.crc());
    assertNotEquals(otherLabel, block.crc());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 784, 32",
    "16383, 784, 32",
    "16896, 784, 33",
    "60000, 784, 117",
    "131072, 784, 256",
    "2147483647, 784, 256",
    "60000, 65536, 64",
    "60000, 4194304, 1",
    "60000, 4194305, 1",
    "60000, 1000000000, 1",
  })
  void blocksOfADataSetAreOfAFewHundredRecordsAndAtMost4Megabytes(
      long records, long recordBytes, int expected) {
    assertEquals(expected, Block.recordsOf(records, recordBytes));
  }

  @Test
  void noBlockIsEmptyOrTooLarge() {
    Random random = new Random(11);
    for (int i = 0; i < 1000; i++) {
      long recordBytes = 1 + (long) Math.exp(random.nextDouble() * 20);
      int records = Block.recordsOf(1 + random.nextInt(Integer.MAX_VALUE), recordBytes);
      assertTrue(records >= 1 && records <= 256, () -> "records " + records);
      assertTrue(records == 1 || records * recordBytes <= 4 << 20, () -> "bytes " + recordBytes);
    }
  }

  private static Block block(int records, int recordBytes) {
    Random random = new Random(records);
    byte[] labels = new byte[records];
    byte[] pixels = new byte[records * recordBytes];
    random.nextBytes(labels);
    random.nextBytes(pixels);
    return new Block(
        random.nextInt(), random.nextInt(), random.longs(records).toArray(), labels, pixels);
  }
}
