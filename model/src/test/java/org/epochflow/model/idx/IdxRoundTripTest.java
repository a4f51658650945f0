package org.epochflow.model.idx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The laws: what was written is read, whole or in parts. */
class IdxRoundTripTest {
  private static final List<List<Integer>> SIZES =
      List.of(
          List.of(0),
          List.of(1),
          List.of(257),
          List.of(5, 8),
          List.of(0, 28, 28),
          List.of(3, 28, 28),
          List.of(7, 9, 5, 3),
          List.of(2, 1, 1, 1, 2));

  private final Path folder;

  IdxRoundTripTest(@TempDir Path folder) {
    this.folder = folder;
  }

  static Stream<IdxHeader> headers() {
    return Arrays.stream(IdxType.values())
        .flatMap(type -> SIZES.stream().map(sizes -> new IdxHeader(type, sizes)));
  }

  @ParameterizedTest
  @MethodSource("headers")
  void writeThenReadIsIdentity(IdxHeader header) throws IOException {
    byte[] records = records(header);
    try (FileChannel file = FileChannel.open(write(header, records))) {
      assertEquals(header.fileBytes(), file.size());
      IdxHeader read = IdxHeader.read(file, file.size(), "file");
      assertEquals(header, read);
      assertEquals(header.dataOffset(), file.position());
      assertArrayEquals(records, new IdxReader(file, read, "file").read(0, read.records()));
    }
  }

  @ParameterizedTest
  @MethodSource("headers")
  void rangesInAnyOrderAreThePartsOfTheWhole(IdxHeader header) throws IOException {
    byte[] records = records(header);
    int size = Math.toIntExact(header.recordBytes());
    try (FileChannel file = FileChannel.open(write(header, records))) {
      IdxReader reader = new IdxReader(file, header, "file");
      for (int first = header.records(); first >= 0; first--) {
        int count = Math.min(2, header.records() - first);
        assertArrayEquals(
            Arrays.copyOfRange(records, first * size, (first + count) * size),
            reader.read(first, count));
      }
    }
  }

  @Test
  void headersAreTheBytesOfMnist() {
    assertEquals(
        ByteBuffer.wrap(new byte[] {0, 0, 8, 3, 0, 0, (byte) 0xEA, 0x60, 0, 0, 0, 28, 0, 0, 0, 28}),
        IdxHeader.images(60_000, 28, 28).encoded());
    assertEquals(
        ByteBuffer.wrap(new byte[] {0, 0, 8, 1, 0, 0, 0x27, 0x10}),
        IdxHeader.labels(10_000).encoded());
    assertEquals(0x00000804, IdxHeader.images(5, 32, 32, 3).magic());
  }

  @Test
  void sizesBeyondAnIntAreCountedInLongs() {
    IdxHeader header = IdxHeader.images(Integer.MAX_VALUE, 28, 28);
    assertEquals(2_147_483_647L * 784 + 16, header.fileBytes());
    assertEquals(2_147_483_646L * 784 + 16, header.offset(Integer.MAX_VALUE - 1));
  }

  @Test
  void imagesAndLabelsAreReadAsSuch() throws IOException {
    assertEquals(List.of(32, 32, 3), readImages(IdxHeader.images(4, 32, 32, 3)).recordShape());
    assertEquals(List.of(9, 7), readImages(IdxHeader.images(4, 9, 7)).recordShape());
    IdxHeader labels = IdxHeader.labels(4);
    ByteArrayInputStream in = new ByteArrayInputStream(labels.encoded().array());
    assertEquals(
        labels, IdxHeader.readLabels(Channels.newChannel(in), labels.fileBytes(), "labels"));
    assertEquals(List.of(), labels.recordShape());
  }

  @Test
  void impossibleHeadersCannotBeMade() {
    assertThrows(IllegalArgumentException.class, () -> new IdxHeader(IdxType.U8, List.of()));
    assertThrows(IllegalArgumentException.class, () -> IdxHeader.labels(-1));
    assertThrows(IllegalArgumentException.class, () -> IdxHeader.images(1, 28));
    int huge = Integer.MAX_VALUE;
    assertThrows(IllegalArgumentException.class, () -> IdxHeader.images(huge, huge, huge));
  }

  @Test
  void rangesOutsideTheFileAreRefused() throws IOException {
    IdxHeader header = IdxHeader.labels(4);
    try (FileChannel file = FileChannel.open(write(header, new byte[4]))) {
      IdxReader reader = new IdxReader(file, header, "labels");
      assertThrows(IndexOutOfBoundsException.class, () -> reader.read(3, 2));
      assertThrows(IndexOutOfBoundsException.class, () -> reader.read(-1, 1));
    }
  }

  @Test
  void aRangeTooLargeForAnArrayIsRefused() throws IOException {
    IdxHeader header = IdxHeader.images(3_000_000, 28, 28);
    try (FileChannel file = FileChannel.open(write(IdxHeader.labels(0), new byte[0]))) {
      IdxReader reader = new IdxReader(file, header, "images");
      var thrown =
          assertThrows(IllegalArgumentException.class, () -> reader.read(0, header.records()));
      assertEquals(
          "Expected a range of less than 2 GB, found 3000000 records of 784 bytes (images)",
          thrown.getMessage());
    }
  }

  @Test
  void aFileCutAfterItsHeaderWasReadIsNoticed() throws IOException {
    IdxHeader header = IdxHeader.images(4, 2, 3);
    try (FileChannel file =
        FileChannel.open(
            write(header, records(header)), StandardOpenOption.WRITE, StandardOpenOption.READ)) {
      file.truncate(header.fileBytes() - 1);
      IdxReader reader = new IdxReader(file, header, "images");
      assertEquals(12, reader.read(1, 2).length);
      var thrown = assertThrows(IdxFormatException.class, () -> reader.read(2, 2));
      assertEquals(
          "Expected records 2 to 3 at byte 28, found end of file at byte 39 (images)",
          thrown.getMessage());
    }
  }

  @Test
  void aWriterHoldsToItsHeader() throws IOException {
    var out = Channels.newChannel(new ByteArrayOutputStream());
    IdxWriter writer = new IdxWriter(out, IdxHeader.labels(3));
    writer.write(new byte[2]);
    assertThrows(IllegalStateException.class, () -> writer.write(new byte[2]));
    assertThrows(IllegalStateException.class, writer::close);
    assertEquals(false, out.isOpen());
  }

  private static IdxHeader readImages(IdxHeader header) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(header.encoded().array());
    return IdxHeader.readImages(Channels.newChannel(in), header.fileBytes(), "images");
  }

  private Path write(IdxHeader header, byte[] records) throws IOException {
    Path path = folder.resolve("file");
    FileChannel out = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try (IdxWriter writer = new IdxWriter(out, header)) {
      int half = records.length / 2;
      writer.write(Arrays.copyOfRange(records, 0, half));
      writer.write(ByteBuffer.wrap(records, half, records.length - half));
    }
    return path;
  }

  private static byte[] records(IdxHeader header) {
    byte[] records = new byte[Math.toIntExact(header.fileBytes() - header.dataOffset())];
    new Random(1).nextBytes(records);
    return records;
  }
}
