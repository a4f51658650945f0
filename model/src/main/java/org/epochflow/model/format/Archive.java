package org.epochflow.model.format;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.epochflow.model.json.ModelFormatException;

/** The zip around a model's entries: stored, with fixed times, so that equal is equal bytes. */
final class Archive {
  /** The time of every entry and model: a real one would make equal states unequal files. */
  static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

  private Archive() {}

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

  /** All files of a zip by name, stored or deflated, each checked against its CRC. */
  static Map<String, byte[]> read(InputStream in, String file) throws IOException {
    Path copy = Files.createTempFile("epochflow", ".keras");
    try {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      try (ZipFile zip = open(copy, file)) {
        Map<String, byte[]> entries = new HashMap<>();
        for (ZipEntry entry : zip.stream().filter(e -> !e.isDirectory()).toList()) {
          entries.put(entry.getName(), content(zip, entry, file));
        }
        return entries;
      }
    } finally {
      Files.delete(copy);
    }
  }

  private static ZipFile open(Path path, String file) throws ModelFormatException {
    try {
      return new ZipFile(path.toFile());
    } catch (IOException | IllegalArgumentException e) {
      throw new ModelFormatException(
          "Expected a zip file, found a fault: %s (%s)".formatted(e.getMessage(), file), e);
    }
  }

  private static byte[] content(ZipFile zip, ZipEntry entry, String file) throws IOException {
    CRC32 crc = new CRC32();
    byte[] content;
    try (InputStream in =
        new CheckedInputStream(new BufferedInputStream(zip.getInputStream(entry)), crc)) {
      content = in.readAllBytes();
    } catch (IOException e) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT,
              "Expected %d bytes, found a fault: %s (%s, %s)",
              entry.getSize(),
              e.getMessage(),
              file,
              entry.getName()),
          e);
    }
    if (crc.getValue() != entry.getCrc() || content.length != entry.getSize()) {
      throw ModelFormatException.expected(
          String.format(Locale.ROOT, "%d bytes with CRC %08x", entry.getSize(), entry.getCrc()),
          String.format(Locale.ROOT, "%d with %08x", content.length, crc.getValue()),
          file + ", " + entry.getName());
    }
    return content;
  }
}
