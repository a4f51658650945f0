package org.epochflow.pipeline.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.epochflow.pipeline.Direct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A row counts its block. */
final class BlockRowTest {
  private static final Block BLOCK =
      new Block(
          2,
          64,
          LongStream.range(100, 106).toArray(),
          new byte[] {0, 2, 3, 0, (byte) 255, 2},
          new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, (byte) 255});

  private static final BlockRow ROW =
      new BlockRow(
          2,
          64,
          6,
          BLOCK.crc(),
          55 + 255,
          385 + 65025,
          List.of(new BlockRow.Rejected(2, 3), new BlockRow.Rejected(4, 255)),
          List.of(2, 0, 2));

  @Test
  void recordsBeyondTheClassesAreRejectedAndTheRestCounted() {
    BlockRow row = BlockRow.of(BLOCK, 3);
    assertEquals(ROW, row);
    assertEquals(4, row.kept());
  }

  @Test
  void with256ClassesNoLabelIsRejected() {
    BlockRow row = BlockRow.of(BLOCK, 256);
    assertEquals(List.of(), row.rejected());
    assertEquals(6, row.kept());
    assertEquals(1, row.perClass().get(255));
  }

  @Test
  void aRowComesThroughAPipelineAsItWas() throws Exception {
    CoderProperties.coderDecodeEncodeEqual(CountBlocks.CODER, ROW);
    CoderProperties.coderSerializable(CountBlocks.CODER);
  }

  @Test
  void countBlocksMakesTheRowOfEveryBlock(@TempDir Path folder) throws IOException {
    List<BlockRow> rows =
        Direct.elements(
            folder,
            CountBlocks.CODER,
            pipeline ->
                pipeline
                    .apply(Create.of(BLOCK, BLOCK).withCoder(new Block.Coder()))
                    .apply(
                        "Count",
                        MapElements.into(TypeDescriptor.of(BlockRow.class)).via(new CountBlocks(3)))
                    .setCoder(CountBlocks.CODER));
    assertEquals(List.of(ROW, ROW), rows);
  }
}
