package org.epochflow.model.format;

import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.exceptions.HdfException;
import io.jhdf.filter.PipelineFilterWithData;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The chunks of a dataset that is compressed, looked at before jHDF unpacks them: a few bytes may
 * unpack to any number, and jHDF would keep them all.
 */
final class CompressedChunks {
  /** Those that every HDF5 library has; deflate alone makes more of less. */
  private static final Set<String> KNOWN = Set.of("deflate", "shuffle", "fletcher32");

  /** A chunk may be larger than a dataset that might have grown. */
  private static final int MOST_BEYOND = 1 << 20;

  private CompressedChunks() {}

  /**
   * Refuses filters that could unpack to more than the chunk's size.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  static void requireBounded(ChunkedDataset dataset) {
    List<String> filters =
        dataset.getFilters().stream().map(PipelineFilterWithData::getName).toList();
    if (!KNOWN.containsAll(filters) || Set.copyOf(filters).size() < filters.size()) {
      throw new IllegalArgumentException("filters " + filters + ", not deflate and shuffle alone");
    }
    int[] chunk = dataset.getChunkDimensions();
    long values = Arrays.stream(chunk).asLongStream().reduce(1, Math::multiplyExact);
    if (values < 1 || values > dataset.getSize() + MOST_BEYOND) {
      throw new IllegalArgumentException("chunks of " + values + " values");
    }
    if (filters.contains("deflate")) {
      int[] place = new int[chunk.length];
      do {
        requireBounded(dataset, place, values * dataset.getDataType().getSize());
      } while (next(place, chunk, dataset.getDimensions()));
    }
  }

  private static void requireBounded(ChunkedDataset dataset, int[] place, long most) {
    ByteBuffer packed;
    try {
      packed = dataset.getRawChunkBuffer(place);
    } catch (HdfException neverWritten) {
      return;
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed);
      byte[] unpacked = new byte[1 << 13];
      while (inflater.getBytesWritten() <= most && inflater.inflate(unpacked) > 0) {}
      if (inflater.getBytesWritten() > most) {
        throw new IllegalArgumentException("a chunk of more than " + most + " bytes");
      }
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("a chunk that is not deflated", e);
    } finally {
      inflater.end();
    }
  }

  /** Steps to the next chunk, the last dimension fastest. */
  private static boolean next(int[] place, int[] chunk, int[] dimensions) {
    for (int i = place.length - 1; i >= 0; i--) {
      place[i] += chunk[i];
      if (place[i] < dimensions[i]) {
        return true;
      }
      place[i] = 0;
    }
    return false;
  }
}
