package org.epochflow.model.idx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Every fault is told with file, place, expected and found. */
class IdxFaultTest {
  @Test
  void labelsGivenAsImages() {
    assertImagesFault(
        "Expected magic 0x00000803 (images) at byte 0, found 0x00000801 (file)",
        hex("00000801 00000001 07"));
  }

  @Test
  void imagesGivenAsLabels() {
    assertLabelsFault(
        "Expected magic 0x00000801 (labels) at byte 0, found 0x00000803 (file)",
        hex("00000803 00000001 00000001 00000001 07"));
  }

  @Test
  void textAndGzipAreCalledSo() {
    assertImagesFault(
        "Expected magic 0x00000803 (images) at byte 0, found text \"labe...\" (file)",
        "label,pixel1".getBytes(StandardCharsets.UTF_8));
    assertImagesFault(
        "Expected magic 0x00000803 (images) at byte 0, found gzip data (1F 8B) (file)",
        hex("1F8B0800 00000000"));
    assertFault(
        "Expected an IDX magic number at byte 0, found text \"1 2 ...\" (file)",
        "1\n2\n".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void emptyAndNearlyEmptyFiles() {
    assertImagesFault(
        "Expected magic 0x00000803 (images) at byte 0, found an empty file (file)", new byte[0]);
    assertLabelsFault(
        "Expected magic 0x00000801 (labels) at byte 0, found end of file at byte 3 (file)",
        hex("000008"));
    assertImagesFault(
        "Expected 3 sizes of 4 bytes at byte 4, found end of file at byte 13 (file)",
        hex("00000803 00000001 00000001 00"));
  }

  @Test
  void bytesThatAreNoMagicNumber() {
    assertFault(
        "Expected an IDX magic number at byte 0, found 0x01000801 (file)",
        hex("01000801 00000000"));
    assertFault(
        "Expected an element type 08, 09, 0B, 0C, 0D or 0E at byte 2, found 0A (file)",
        hex("00000A01 00000000"));
    assertFault("Expected at least 1 dimension at byte 3, found 0 (file)", hex("00000800"));
  }

  @Test
  void lengthsThatAreNotTheHeaders() {
    assertLabelsFault(
        "Expected end of file after 3 records of 1 byte at byte 11, found it at byte 10 (file)",
        hex("00000801 00000003 0102"));
    assertLabelsFault(
        "Expected end of file after 1 record of 1 byte at byte 9, found it at byte 11 (file)",
        hex("00000801 00000001 010203"));
  }

  @Test
  void sizesThatOverflow() {
    assertLabelsFault(
        "Expected a size of at most 2147483647 at byte 4, found 4294967295 (file)",
        hex("00000801 FFFFFFFF"));
    assertImagesFault(
        "Expected sizes whose product fits 63 bits at byte 4,"
            + " found 2147483647 x 2147483647 x 2147483647 (file)",
        hex("00000803 7FFFFFFF 7FFFFFFF 7FFFFFFF"));
    assertImagesFault(
        "Expected end of file after 65536 records of 4294967296 bytes at byte 281474976710672,"
            + " found it at byte 16 (file)",
        hex("00000803 00010000 00010000 00010000"));
  }

  @Test
  void imagesWithoutPixels() {
    assertImagesFault(
        "Expected at least 1 pixel per image at byte 8, found 28 x 0 (file)",
        hex("00000803 00000005 0000001C 00000000"));
  }

  @Test
  void noRecordsIsTheCallersToJudge() throws IOException {
    IdxHeader none = IdxHeader.readLabels(channel(hex("00000801 00000000")), 8, "file");
    var thrown = assertThrows(IdxFormatException.class, () -> none.requireRecords("file"));
    assertEquals("Expected at least 1 record at byte 4, found 0 (file)", thrown.getMessage());
  }

  @Test
  void labelsAreOneForEachImage() throws IOException {
    IdxHeader images = IdxHeader.images(4, 2, 2);
    IdxHeader.labels(4).requireOnePerImage("labels", images, "images");
    var thrown =
        assertThrows(
            IdxFormatException.class,
            () -> IdxHeader.labels(3).requireOnePerImage("labels", images, "images"));
    assertEquals(
        "Expected 4 labels, as images has images, at byte 4, found 3 (labels)",
        thrown.getMessage());
  }

  @Test
  void aFaultKnowsItsParts() {
    IdxFormatException fault = new IdxFormatException("a", 4, "b", "c");
    assertEquals(
        "a 4 b c",
        String.format(
            Locale.ROOT,
            "%s %d %s %s",
            fault.file(),
            fault.offset(),
            fault.expected(),
            fault.found()));
  }

  private static void assertFault(String message, byte[] file) {
    assertEquals(
        message,
        assertThrows(
                IdxFormatException.class, () -> IdxHeader.read(channel(file), file.length, "file"))
            .getMessage());
  }

  private static void assertImagesFault(String message, byte[] file) {
    assertEquals(
        message,
        assertThrows(
                IdxFormatException.class,
                () -> IdxHeader.readImages(channel(file), file.length, "file"))
            .getMessage());
  }

  private static void assertLabelsFault(String message, byte[] file) {
    assertEquals(
        message,
        assertThrows(
                IdxFormatException.class,
                () -> IdxHeader.readLabels(channel(file), file.length, "file"))
            .getMessage());
  }

  private static ReadableByteChannel channel(byte[] file) {
    return Channels.newChannel(new ByteArrayInputStream(file));
  }

  private static byte[] hex(String bytes) {
    return HexFormat.of().parseHex(bytes.replace(" ", ""));
  }
}
