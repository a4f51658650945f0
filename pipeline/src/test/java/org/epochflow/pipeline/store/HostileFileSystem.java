package org.epochflow.pipeline.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.io.FileSystem;
import org.apache.beam.sdk.io.FileSystemRegistrar;
import org.apache.beam.sdk.io.fs.CreateOptions;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MatchResult.Metadata;
import org.apache.beam.sdk.io.fs.MatchResult.Status;
import org.apache.beam.sdk.io.fs.MoveOptions;
import org.apache.beam.sdk.io.fs.ResolveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Files in memory under {@code hostile://}, with what is unexpected of Beam's file systems: as on
 * HDFS, folders stay and match {@code *}, those that hold something cannot be deleted, and {@code
 * **} leaves out the files right in the folder; as on S3, what is written is there when it is
 * closed, and closing twice fails.
 */
final class HostileFileSystem extends FileSystem<HostileFileSystem.Id> {
  private static final String SCHEME = "hostile";
  private static final byte[] FOLDER = {};
  private final TreeMap<String, byte[]> files = new TreeMap<>();

  /** How Beam finds it. */
  public static final class Registrar implements FileSystemRegistrar {
    @Override
    public Iterable<FileSystem<?>> fromOptions(PipelineOptions options) {
      return List.of(new HostileFileSystem());
    }
  }

  /** A path with its scheme. */
  record Id(String path) implements ResourceId {
    private static final long serialVersionUID = 1L;

    @Override
    public ResourceId resolve(String other, ResolveOptions options) {
      return new Id(path + other);
    }

    @Override
    public ResourceId getCurrentDirectory() {
      return new Id(path.substring(0, path.lastIndexOf('/') + 1));
    }

    @Override
    public String getScheme() {
      return SCHEME;
    }

    @Override
    public String getFilename() {
      return path.substring(path.lastIndexOf('/') + 1);
    }

    @Override
    public boolean isDirectory() {
      return path.endsWith("/");
    }

    @Override
    public String toString() {
      return path;
    }
  }

  @Override
  protected synchronized List<MatchResult> match(List<String> patterns) {
    return patterns.stream().map(this::match).toList();
  }

  private MatchResult match(String pattern) {
    String regex = regex(pattern);
    boolean filesAlone = pattern.endsWith("/**");
    List<Metadata> found =
        files.entrySet().stream()
            .filter(file -> file.getKey().matches(regex))
            .filter(file -> !filesAlone || file.getValue() != FOLDER)
            .map(file -> metadata(file.getKey(), file.getValue()))
            .toList();
    return MatchResult.create(found.isEmpty() ? Status.NOT_FOUND : Status.OK, found);
  }

  /** As Beam's file systems read a pattern; a {@code **} does not match right in the folder. */
  private static String regex(String pattern) {
    return pattern
        .replaceAll("([.()+^$|])", "\\\\$1")
        .replaceAll("\\{([^,}]*),([^,}]*)\\}", "($1|$2)")
        .replaceAll("([{}])", "\\\\$1")
        .replace("?", "[^/]")
        .replace("/**", "/[^/]+/.+")
        .replaceAll("(?<!\\])\\*", "[^/]*");
  }

  private static Metadata metadata(String path, byte[] content) {
    return Metadata.builder()
        .setResourceId(new Id(path))
        .setSizeBytes(content.length)
        .setIsReadSeekEfficient(true)
        .build();
  }

  @Override
  protected WritableByteChannel create(Id file, CreateOptions options) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    return new WritableByteChannel() {
      private boolean open = true;

      @Override
      public int write(ByteBuffer bytes) {
        int length = bytes.remaining();
        byte[] copy = new byte[length];
        bytes.get(copy);
        content.writeBytes(copy);
        return length;
      }

      @Override
      public boolean isOpen() {
        return open;
      }

      @Override
      public void close() throws IOException {
        if (!open) {
          throw new IOException("closed twice: " + file);
        }
        open = false;
        put(file.path(), content.toByteArray());
      }
    };
  }

  private synchronized void put(String path, byte[] content) {
    files.put(path, content);
    for (int end = path.lastIndexOf('/'); end > SCHEME.length() + 2; ) {
      files.put(path.substring(0, end), FOLDER);
      end = path.lastIndexOf('/', end - 1);
    }
  }

  @Override
  protected synchronized ReadableByteChannel open(Id file) throws IOException {
    return Channels.newChannel(new ByteArrayInputStream(content(file)));
  }

  private byte[] content(Id file) throws IOException {
    byte[] content = files.get(file.path());
    if (content == null || content == FOLDER) {
      throw new FileNotFoundException(file.path());
    }
    return content;
  }

  @Override
  protected synchronized void copy(List<Id> from, List<Id> to) throws IOException {
    for (int i = 0; i < from.size(); i++) {
      put(to.get(i).path(), content(from.get(i)));
    }
  }

  @Override
  protected synchronized void rename(List<Id> from, List<Id> to, MoveOptions... options)
      throws IOException {
    copy(from, to);
    delete(from);
  }

  @Override
  protected synchronized void delete(Collection<Id> ids) throws IOException {
    for (Id id : ids) {
      Map.Entry<String, byte[]> next = files.higherEntry(id.path() + "/");
      if (next != null && next.getKey().startsWith(id.path() + "/")) {
        throw new IOException("not empty: " + id);
      }
      files.remove(id.path());
    }
  }

  @Override
  protected Id matchNewResource(String path, boolean isDirectory) {
    return new Id(path);
  }

  @Override
  protected String getScheme() {
    return SCHEME;
  }
}
