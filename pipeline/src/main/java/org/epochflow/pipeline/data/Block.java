package org.epochflow.pipeline.data;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32C;
import org.apache.beam.sdk.coders.AtomicCoder;

/**
 * Consecutive records of a file: what travels in a pipeline instead of single images.
 *
 * @param file which of the data set's pairs of files, from 0
 * @param first the first record's number in its file
 * @param indices each record's number in the data set, all files in order
 * @param labels one unsigned byte a record
 * @param pixels one unsigned byte a value, record after record
 */
public record Block(int file, int first, long[] indices, byte[] labels, byte[] pixels) {
  private static final int MOST_RECORDS = 256;
  private static final int LEAST_RECORDS = 32;
  private static final int WANTED_BLOCKS = 512;
  private static final int MOST_BYTES = 4 << 20;

  public int records() {
    return labels.length;
  }

  /** CRC-32C of the labels, then the pixels. */
  public long crc() {
    CRC32C crc = new CRC32C();
    crc.update(labels);
    crc.update(pixels);
    return crc.getValue();
  }

  /**
   * How many records make a block: a few hundred blocks so that they can be dealt evenly, of at
   * most 256 records and 4 MB. A function of the data alone.
   */
  public static int recordsOf(long records, long recordBytes) {
    long wanted = Math.max(LEAST_RECORDS, Math.min(MOST_RECORDS, records / WANTED_BLOCKS));
    return (int) Math.max(1, Math.min(wanted, MOST_BYTES / recordBytes));
  }

  /** Its fields in order, arrays with their length. */
  public static final class Coder extends AtomicCoder<Block> {
    private static final long serialVersionUID = 1L;

    @Override
    public void encode(Block block, OutputStream out) throws IOException {
      DataOutputStream data = new DataOutputStream(out);
      data.writeInt(block.file);
      data.writeInt(block.first);
      data.writeInt(block.labels.length);
      for (long index : block.indices) {
        data.writeLong(index);
      }
      data.write(block.labels);
      data.writeInt(block.pixels.length);
      data.write(block.pixels);
    }

    @Override
    public Block decode(InputStream in) throws IOException {
      DataInputStream data = new DataInputStream(in);
      int file = data.readInt();
      int first = data.readInt();
      long[] indices = new long[data.readInt()];
      for (int i = 0; i < indices.length; i++) {
        indices[i] = data.readLong();
      }
      byte[] labels = new byte[indices.length];
      data.readFully(labels);
      byte[] pixels = new byte[data.readInt()];
      data.readFully(pixels);
      return new Block(file, first, indices, labels, pixels);
    }
  }
}
