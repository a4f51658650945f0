package org.epochflow.pipeline.store;

import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The disks of this machine. Beam's own file system for them takes every path for a pattern and
 * never forces a file, so it is not used.
 */
final class LocalBackend implements StorageBackend {
  private static final int BUFFER = 1 << 16;

  @Override
  public void write(String file, Storage.Content content, boolean durable) throws IOException {
    Path path = Path.of(file);
    createFolder(path.toAbsolutePath().getParent(), durable);
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      OutputStream out = new Stream(channel);
      content.writeTo(out);
      out.flush();
      if (durable) {
        channel.force(true);
      }
    }
  }

  /** A stream that leaves its channel open when the content closes it, for it to be forced. */
  private static final class Stream extends BufferedOutputStream {
    Stream(FileChannel channel) {
      super(Channels.newOutputStream(channel), BUFFER);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }

  /** Creates a folder and those it is in; a durable one is named durably in its parent. */
  private void createFolder(@Nullable Path folder, boolean durable) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path at = folder; at != null && !Files.exists(at); at = at.getParent()) {
      missing.push(at);
    }
    for (Path at : missing) {
      Files.createDirectories(at);
      if (durable) {
        force(at.resolveSibling("").toString());
      }
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(
        Path.of(from),
        Path.of(to),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void force(String folder) throws IOException {
    try (FileChannel names = FileChannel.open(Path.of(folder), StandardOpenOption.READ)) {
      names.force(true);
    } catch (IOException e) {
      // Some network file systems have no such operation for a folder and keep names in order.
      if (!"Invalid argument".equals(e.getMessage())) {
        throw e;
      }
    }
  }

  @Override
  public ReadableByteChannel open(String file) throws IOException {
    if (Files.isDirectory(Path.of(file))) {
      throw new FileSystemException(file, null, "it is a folder");
    }
    try {
      return FileChannel.open(Path.of(file), StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw new FileNotFoundException(file);
    }
  }

  @Override
  public OptionalLong size(String file) throws IOException {
    try {
      Path path = Path.of(file);
      return Files.isDirectory(path) ? OptionalLong.empty() : OptionalLong.of(Files.size(path));
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public boolean exists(String path) {
    return Files.exists(Path.of(path));
  }

  @Override
  public SortedSet<String> tree(String folder) throws IOException {
    TreeSet<String> files = new TreeSet<>();
    walk(
        folder,
        new Walk() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            files.add(text(file));
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private void walk(String folder, Walk walk) throws IOException {
    if (exists(folder)) {
      Files.walkFileTree(Path.of(folder), walk);
    }
  }

  /** A walk that continues past what another process deletes meanwhile. */
  private abstract static class Walk extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      return afterwards(e);
    }

    @Override
    public FileVisitResult postVisitDirectory(Path inner, @Nullable IOException e)
        throws IOException {
      return afterwards(e);
    }

    private static FileVisitResult afterwards(@Nullable IOException e) throws IOException {
      if (e != null && !(e instanceof NoSuchFileException)) {
        throw e;
      }
      return FileVisitResult.CONTINUE;
    }
  }

  @Override
  public Folders folders(String top) {
    return folder -> {
      TreeSet<String> names = new TreeSet<>();
      try (DirectoryStream<Path> inner = Files.newDirectoryStream(Path.of(folder))) {
        for (Path path : inner) {
          names.add(Storage.name(text(path)));
        }
      } catch (NoSuchFileException | NotDirectoryException none) {
        return names;
      }
      return names;
    };
  }

  /**
   * A listed path as text.
   *
   * @throws IOException if this JVM's locale lacks characters of the name: the text would then name
   *     no file, and the file would be left out
   */
  private static String text(Path path) throws IOException {
    String text = path.toString();
    try {
      if (Path.of(text).equals(path)) {
        return text;
      }
    } catch (InvalidPathException unreadable) {
      // It has the same message.
    }
    throw new IOException(
        "Expected names that Java can read in this locale, found %s; set LC_ALL=C.UTF-8"
            .formatted(text));
  }

  @Override
  public void delete(String file) throws IOException {
    Files.deleteIfExists(Path.of(file));
  }

  @Override
  public void deleteAll(String folder) throws IOException {
    walk(
        folder,
        new Walk() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path inner, @Nullable IOException e)
              throws IOException {
            deleteIfEmpty(inner.toString());
            return super.postVisitDirectory(inner, e);
          }
        });
  }

  @Override
  public void deleteIfEmpty(String folder) throws IOException {
    try {
      Files.deleteIfExists(Path.of(folder));
    } catch (DirectoryNotEmptyException kept) {
      // Others have written to it.
    }
  }
}
