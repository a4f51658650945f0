package org.epochflow.pipeline.train;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.util.Locale;
import org.epochflow.model.idx.IdxFormatException;
import org.epochflow.pipeline.data.Block;
import org.epochflow.pipeline.data.BlockRow;
import org.epochflow.pipeline.data.Manifest;
import org.epochflow.pipeline.data.Records;

/**
 * Reads a manifest's blocks and checks that they have not changed. Blocks stay in memory for the
 * next epoch, up to a quarter of the heap, which the whole process shares.
 */
final class BlockReader {
  private static final Cache<Key, Block> CACHE =
      Caffeine.newBuilder()
          .maximumWeight(Runtime.getRuntime().maxMemory() / 4)
          .weigher((Key key, Block block) -> block.pixels().length + block.labels().length)
          .build();

  /** Names a block's content, so that other data under the same name is never taken for it. */
  private record Key(String images, int first, long crc) {}

  private static final long[] NO_INDICES = {};

  private final Manifest manifest;
  private final Records records;

  BlockReader(Manifest manifest, Records records) {
    this.manifest = manifest;
    this.records = records;
  }

  /**
   * @throws IdxFormatException if the block has changed since it was counted
   */
  Block read(int number) throws IOException {
    BlockRow row = manifest.blocks().get(number);
    Key key = new Key(part(row).images().path(), row.first(), row.crc());
    Block cached = CACHE.getIfPresent(key);
    if (cached != null) {
      return cached;
    }
    Block block = load(row);
    CACHE.put(key, block);
    return block;
  }

  private Block load(BlockRow row) throws IOException {
    long first = records.start(row.file()) + row.first();
    try (Records.Reader reader = records.reader()) {
      Block block =
          new Block(
              row.file(),
              row.first(),
              NO_INDICES,
              reader.labels(first, row.count()),
              reader.images(first, row.count()));
      if (block.crc() != row.crc()) {
        Records.IdxFile images = part(row).images();
        throw new IdxFormatException(
            images.path(),
            images.header().offset(row.first()),
            String.format(
                Locale.ROOT,
                "records %d to %d as they were when this run began (CRC %08x)",
                row.first(),
                row.first() + row.count() - 1,
                row.crc()),
            String.format(Locale.ROOT, "others (CRC %08x)", block.crc()));
      }
      return block;
    }
  }

  private Records.Part part(BlockRow row) {
    return records.parts().get(row.file());
  }
}
