package org.epochflow.pipeline.data.format;

import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Unpacks the pages of Parquet files without native code: Snappy, Zstandard, gzip and raw LZ4. */
final class Decompressors implements CompressionCodecFactory {
  /** More is damage: writers make pages of about a megabyte, or of a picture. */
  private static final int MOST_BYTES = 1 << 28;

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("Parquet files are only read, never written");
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return switch (codec) {
      case UNCOMPRESSED -> new Pages((packed, size) -> packed);
      case SNAPPY -> by(new SnappyDecompressor());
      case ZSTD -> by(new ZstdDecompressor());
      case LZ4_RAW -> by(new Lz4Decompressor());
      case GZIP -> new Pages(Decompressors::gunzip);
      default ->
          throw new IllegalArgumentException(
              "pages packed by %s, not by Snappy, Zstandard, gzip or raw LZ4".formatted(codec));
    };
  }

  private static Pages by(Decompressor codec) {
    return new Pages(
        (packed, size) -> {
          byte[] bytes = new byte[size];
          int found = codec.decompress(packed, 0, packed.length, bytes, 0, size);
          requireSize(found, size);
          return bytes;
        });
  }

  private static byte[] gunzip(byte[] packed, int size) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      byte[] bytes = in.readNBytes(size);
      requireSize(bytes.length, size);
      return bytes;
    }
  }

  private static void requireSize(int found, int expected) throws EOFException {
    if (found != expected) {
      throw new EOFException(
          String.format(Locale.ROOT, "a page of %d bytes, not %d", found, expected));
    }
  }

  @Override
  public void release() {}

  /** Unpacks the bytes of a page to a size. */
  @FunctionalInterface
  private interface Unpacking {
    byte[] unpack(byte[] packed, int size) throws IOException;
  }

  /** The same in Parquet's terms. */
  private record Pages(Unpacking unpacking) implements BytesInputDecompressor {
    private byte[] unpacked(byte[] packed, int size) throws IOException {
      if (size < 0 || size > MOST_BYTES) {
        throw new EOFException(String.format(Locale.ROOT, "a page of %d bytes", size));
      }
      return unpacking.unpack(packed, size);
    }

    @Override
    public BytesInput decompress(BytesInput packed, int size) throws IOException {
      return BytesInput.from(unpacked(packed.toInputStream().readAllBytes(), size));
    }

    @Override
    public void decompress(ByteBuffer in, int packedSize, ByteBuffer out, int size)
        throws IOException {
      out.put(unpacked(bytes(in.slice().limit(packedSize)), size));
      in.position(in.position() + packedSize);
    }

    private static byte[] bytes(ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    }

    @Override
    public void release() {}
  }
}
