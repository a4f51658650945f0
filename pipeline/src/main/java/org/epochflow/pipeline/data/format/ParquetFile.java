package org.epochflow.pipeline.data.format;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.epochflow.model.json.Excerpt;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.store.Storage;
import org.jspecify.annotations.Nullable;

/** Rows of a Parquet file, one row group in memory at a time. For one thread. */
final class ParquetFile implements Closeable {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final int SKIPPED = 1 << 13;
  private final String file;
  private final Channel channel;
  private final ParquetFileReader reader;
  private long left;
  private @Nullable RecordReader<Group> rows;
  private MessageType columns;

  private ParquetFile(String file, Channel channel, ParquetFileReader reader) {
    this.file = file;
    this.channel = channel;
    this.reader = reader;
    columns = reader.getFileMetaData().getSchema();
  }

  /** Whether a file begins as one. */
  static boolean is(String file) throws IOException {
    try (InputStream in = Storage.stream(file)) {
      return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
    }
  }

  /**
   * Opens a file.
   *
   * @throws BadDataException if it is damaged
   */
  static ParquetFile open(String file) throws IOException {
    Channel channel = new Channel(file);
    try {
      return sound(
          file,
          () -> {
            ParquetReadOptions options =
                ParquetReadOptions.builder(new PlainParquetConfiguration())
                    .withCodecFactory(new Decompressors())
                    .build();
            return new ParquetFile(file, channel, ParquetFileReader.open(channel, options));
          });
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  MessageType schema() {
    return reader.getFileMetaData().getSchema();
  }

  /** What its writer noted, by name. */
  Map<String, String> notes() {
    return reader.getFileMetaData().getKeyValueMetaData();
  }

  long rows() {
    return reader.getRecordCount();
  }

  /** Reads these columns alone, from here on. */
  void choose(MessageType some) {
    columns = some;
    reader.setRequestedSchema(some);
  }

  /** The next row; null after the last. */
  @Nullable Group next() throws IOException {
    if (!sound(file, this::hasNext)) {
      return null;
    }
    left--;
    return sound(file, Objects.requireNonNull(rows)::read);
  }

  private boolean hasNext() throws IOException {
    while (left == 0) {
      PageReadStore group = reader.readNextRowGroup();
      if (group == null) {
        return false;
      }
      rows =
          new ColumnIOFactory()
              .getColumnIO(columns)
              .getRecordReader(group, new GroupRecordConverter(columns));
      left = group.getRowCount();
    }
    return true;
  }

  /** Calls Parquet's library. */
  @FunctionalInterface
  private interface Call<T> {
    T run() throws IOException;
  }

  /** What fails in a file's own bytes is damage; a failing disk or network is not. */
  private static <T> T sound(String file, Call<T> call) throws IOException {
    try {
      return call.run();
    } catch (UncheckedIOException storage) {
      throw storage.getCause();
    } catch (IOException | RuntimeException damage) {
      throw new BadDataException(
          "Expected an intact Parquet file, found %s (%s)"
              .formatted(Excerpt.of(String.valueOf(damage.getMessage())), file));
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
    channel.close();
  }

  /** A file of any file system, as Parquet's library reads one. */
  private static final class Channel implements InputFile, Closeable {
    private final SeekableByteChannel channel;

    Channel(String file) throws IOException {
      channel = Storage.seekable(file);
    }

    @Override
    public long getLength() {
      return stored(channel::size);
    }

    @Override
    public SeekableInputStream newStream() {
      return new DelegatingSeekableInputStream(new ChannelStream(channel)) {
        @Override
        public long getPos() {
          return stored(channel::position);
        }

        @Override
        public void seek(long position) throws IOException {
          if (position < 0 || position > getLength()) {
            throw new EOFException("a place outside of the file: " + position);
          }
          stored(() -> channel.position(position));
        }
      };
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** Reads on from the channel's place. */
  private static final class ChannelStream extends InputStream {
    private final SeekableByteChannel channel;
    private final ByteBuffer one = ByteBuffer.allocate(1);

    ChannelStream(SeekableByteChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() {
      one.clear();
      return stored(() -> channel.read(one)) < 1 ? -1 : one.get(0) & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) {
      return length == 0 ? 0 : stored(() -> channel.read(ByteBuffer.wrap(bytes, from, length)));
    }

    @Override
    public long skip(long bytes) {
      int most = (int) Math.min(bytes, SKIPPED);
      return Math.max(0, read(new byte[most], 0, most));
    }
  }

  /** Tells what fails in the store from what fails in a file. */
  private static <T> T stored(Call<T> call) {
    try {
      return call.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
