package org.epochflow.model.format;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.epochflow.model.json.Excerpt;
import org.epochflow.model.json.ModelFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The zip around a model's entries. Written, they are stored, with fixed times, so that equal is
 * equal bytes. Read, they may be deflated; each is read when it is asked for, up to a size.
 */
final class Archive implements Closeable {
  /** The time of every entry and model: a real one would make equal states unequal files. */
  static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

  private final ZipFile zip;
  private final Path copy;
  private final String file;

  private Archive(ZipFile zip, Path copy, String file) {
    this.zip = zip;
    this.copy = copy;
    this.file = file;
  }

  /** Adds the content uncompressed, because weights hardly shrink. */
  static void store(ZipOutputStream zip, String name, Path content) throws IOException {
    CRC32 crc = new CRC32();
    try (InputStream in = new CheckedInputStream(Files.newInputStream(content), crc)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    begin(zip, name, Files.size(content), crc);
    Files.copy(content, zip);
    zip.closeEntry();
  }

  static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    begin(zip, name, content.length, crc);
    zip.write(content);
    zip.closeEntry();
  }

  private static void begin(ZipOutputStream zip, String name, long size, CRC32 crc)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setTimeLocal(TIME);
    entry.setSize(size);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
  }

  /** Opens a copy of the stream, which stays open; {@code file} is its name in messages. */
  static Archive open(InputStream in, String file) throws IOException {
    Path copy = Files.createTempFile("epochflow", ".keras");
    try {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      return new Archive(zip(copy, file), copy, file);
    } catch (IOException | RuntimeException e) {
      Files.delete(copy);
      throw e;
    }
  }

  private static ZipFile zip(Path path, String file) throws IOException {
    try {
      return intact(new ZipFile(path.toFile()));
    } catch (IOException | IllegalArgumentException e) {
      byte[] start;
      try (InputStream in = Files.newInputStream(path)) {
        start = in.readNBytes(2);
      }
      throw new ModelFormatException(
          "Expected a .keras file, which is a zip, found %s (%s)".formatted(kind(start), file), e);
    }
  }

  /** The same zip, all of whose entries can be asked for: their comments are text. */
  private static ZipFile intact(ZipFile zip) throws IOException {
    try {
      zip.stream().forEach(ZipEntry::getName);
      return zip;
    } catch (IllegalArgumentException e) {
      zip.close();
      throw e;
    }
  }

  private static String kind(byte[] start) {
    if (start.length == 0) {
      return "an empty file";
    }
    boolean zip = start.length > 1 && start[0] == 'P' && start[1] == 'K';
    return zip ? "one that is damaged or cut short" : "something else";
  }

  /** The names of all entries. */
  String names() {
    return Excerpt.of(zip.stream().map(ZipEntry::getName).sorted().toList());
  }

  /**
   * The content of an entry, checked against its CRC.
   *
   * @param most the largest size that is believed
   * @return empty if there is no such entry
   */
  Optional<byte[]> read(String name, long most) throws ModelFormatException {
    @Nullable ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      return Optional.empty();
    }
    String place = file + ", " + name;
    if (entry.getSize() > most) {
      throw ModelFormatException.expected("at most " + most + " bytes", entry.getSize(), place);
    }
    byte[] content = content(entry, place);
    CRC32 crc = new CRC32();
    crc.update(content);
    if (crc.getValue() != entry.getCrc() || content.length != entry.getSize()) {
      throw ModelFormatException.expected(
          String.format(Locale.ROOT, "%d bytes with CRC %08x", entry.getSize(), entry.getCrc()),
          String.format(Locale.ROOT, "%d with %08x", content.length, crc.getValue()),
          place);
    }
    return Optional.of(content);
  }

  private byte[] content(ZipEntry entry, String place) throws ModelFormatException {
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readNBytes(Math.toIntExact(entry.getSize()));
    } catch (IOException | IllegalArgumentException e) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT,
              "Expected %d bytes, found a fault: %s (%s)",
              entry.getSize(),
              Excerpt.of(e.getMessage()),
              place),
          e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      zip.close();
    } finally {
      Files.delete(copy);
    }
  }
}
