package org.epochflow.pipeline.train;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.epochflow.model.idx.IdxFormatException;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.idx.IdxReader;
import org.epochflow.pipeline.data.Block;
import org.epochflow.pipeline.data.BlockRow;
import org.epochflow.pipeline.data.IdxFiles;
import org.epochflow.pipeline.data.Manifest;
import org.epochflow.pipeline.store.Storage;

/**
 * Reads a manifest's blocks and checks that they are still what was ingested. What was read stays
 * in memory for the next epoch, up to a quarter of the heap, shared by all of the process.
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

  /** The headers of a pair of files, read once. */
  private record Headers(IdxHeader images, IdxHeader labels) {}

  private final Manifest manifest;
  private final List<IdxFiles> files;
  private final Map<Integer, Headers> headers = new ConcurrentHashMap<>();

  BlockReader(Manifest manifest, List<IdxFiles> files) {
    this.manifest = manifest;
    this.files = List.copyOf(files);
  }

  /**
   * @throws IdxFormatException where the block is no longer what was ingested
   */
  Block read(int number) throws IOException {
    BlockRow row = manifest.blocks().get(number);
    Key key = new Key(files.get(row.file()).images(), row.first(), row.crc());
    Block cached = CACHE.getIfPresent(key);
    if (cached != null) {
      return cached;
    }
    Block block = load(row);
    CACHE.put(key, block);
    return block;
  }

  private Block load(BlockRow row) throws IOException {
    IdxFiles pair = files.get(row.file());
    Headers header = headers(row.file());
    try (SeekableByteChannel images = Storage.seekable(pair.images());
        SeekableByteChannel labels = Storage.seekable(pair.labels())) {
      Block block =
          new Block(
              row.file(),
              row.first(),
              NO_INDICES,
              new IdxReader(labels, header.labels(), pair.labels()).read(row.first(), row.count()),
              new IdxReader(images, header.images(), pair.images()).read(row.first(), row.count()));
      if (block.crc() != row.crc()) {
        throw new IdxFormatException(
            pair.images(),
            header.images().offset(row.first()),
            "records %d to %d as they were when this run began (CRC %08x)"
                .formatted(row.first(), row.first() + row.count() - 1, row.crc()),
            "others (CRC %08x)".formatted(block.crc()));
      }
      return block;
    }
  }

  private Headers headers(int file) throws IOException {
    Headers known = headers.get(file);
    if (known == null) {
      IdxHeader images = files.get(file).imagesHeader();
      known = new Headers(images, files.get(file).labelsHeader(images));
      headers.put(file, known);
    }
    return known;
  }
}
