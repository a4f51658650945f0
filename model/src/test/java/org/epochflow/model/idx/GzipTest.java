package org.epochflow.model.idx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unpacking is the inverse of packing, and whatever is cut or changed is noticed. */
class GzipTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 200_000})
  void packThenUnpackIsIdentity(int size) throws IOException {
    byte[] bytes = bytes(size);
    assertTrue(Gzip.isGzip(pack(bytes)));
    assertArrayEquals(bytes, unpack(pack(bytes)));
  }

  @Test
  void membersInARowAreOneFile() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    byte[] bytes = bytes(150_000);
    for (int start = 0; start < bytes.length; start += 50_000) {
      packed.write(pack(Arrays.copyOfRange(bytes, start, start + 50_000)));
    }
    assertArrayEquals(bytes, unpack(packed.toByteArray()));
  }

  @Test
  void contentTellsGzipFromIdx() {
    assertFalse(Gzip.isGzip(IdxHeader.labels(1).encoded().array()));
    assertFalse(Gzip.isGzip(new byte[] {0x1F}));
    assertFalse(Gzip.isGzip(new byte[0]));
  }

  @Test
  void everyCutIsNoticedAtItsByte() throws IOException {
    byte[] packed = pack(bytes(1_000));
    for (int length = 10; length < packed.length; length += 7) {
      IdxFormatException fault = unpackFault(Arrays.copyOf(packed, length));
      assertEquals(
          String.format(
              Locale.ROOT, "Expected more gzip data at byte %d, found end of file (file)", length),
          fault.getMessage());
    }
    assertEquals(
        "Expected gzip data (1F 8B) at byte 0, found end of file (file)",
        unpackFault(new byte[0]).getMessage());
  }

  @Test
  void everyFlippedByteIsNoticedThereOrLater() throws IOException {
    byte[] packed = pack(bytes(1_000));
    // Byte 10 holds padding before a stored block: a flip there may change nothing.
    for (int flipped = 11; flipped < packed.length; flipped += 7) {
      byte[] corrupt = packed.clone();
      corrupt[flipped] ^= 0x10;
      IdxFormatException fault = unpackFault(corrupt);
      assertEquals("file", fault.file());
      assertTrue(fault.offset() >= Math.min(flipped, packed.length - 8), fault.getMessage());
      assertTrue(fault.offset() <= packed.length, fault.getMessage());
    }
  }

  @Test
  void whatIsNotGzipIsRefused() {
    assertEquals(
        "Expected gzip data (1F 8B) at byte 0, found corrupt data: Not in GZIP format (file)",
        unpackFault(new byte[20]).getMessage());
  }

  @Test
  void anErrorOfTheTargetIsNotBlamedOnTheFile() throws IOException {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new ZipException("disk full");
          }
        };
    var in = Channels.newChannel(new ByteArrayInputStream(pack(bytes(9))));
    assertThrows(ZipException.class, () -> Gzip.unpack(in, Channels.newChannel(full), "file"));
  }

  private static IdxFormatException unpackFault(byte[] packed) {
    return assertThrows(IdxFormatException.class, () -> unpack(packed));
  }

  private static byte[] unpack(byte[] packed) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long length =
        Gzip.unpack(
            Channels.newChannel(new ByteArrayInputStream(packed)),
            Channels.newChannel(out),
            "file");
    assertEquals(out.size(), length);
    return out.toByteArray();
  }

  private static byte[] pack(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return packed.toByteArray();
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    return bytes;
  }
}
