package org.epochflow.pipeline.train;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.util.List;
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
    try (Records.Reader reader = new Records(List.of(part(row))).reader()) {
      Block block =
          new Block(
              row.file(),
              row.first(),
              NO_INDICES,
              reader.labels(row.first(), row.count()),
              reader.images(row.first(), row.count()));
      long crc = block.crc();
      if (crc != row.crc()) {
        throw changed(part(row).images(), row, hex(row.crc()), hex(crc));
      }
      return block;
    }
  }

  private static String hex(long crc) {
    return String.format(Locale.ROOT, "CRC %08x", crc);
  }

  /**
   * The labels of a block alone. Their CRC is not known, but how many there are of each class.
   *
   * @param first the number of the block's first record
   * @param reader of all records
   * @throws IdxFormatException if the numbers have changed since they were counted
   */
  byte[] labels(int number, long first, Records.Reader reader) throws IOException {
    BlockRow row = manifest.blocks().get(number);
    byte[] labels = reader.labels(first, row.count());
    List<Integer> perClass = BlockRow.perClass(labels, manifest.classes());
    if (!perClass.equals(row.perClass())) {
      throw changed(
          part(row).labelled(), row, "per class " + row.perClass(), "per class " + perClass);
    }
    return labels;
  }

  /** Says that a block's records are not those that were counted. */
  private static IdxFormatException changed(
      Records.IdxFile file, BlockRow row, String counted, String found) {
    return new IdxFormatException(
        file.path(),
        file.header().offset(row.first()),
        String.format(
            Locale.ROOT,
            "records %d to %d as they were when this run began (%s)",
            row.first(),
            row.first() + row.count() - 1,
            counted),
        "others (" + found + ")");
  }

  private Records.Part part(BlockRow row) {
    return records.parts().get(row.file());
  }
}
