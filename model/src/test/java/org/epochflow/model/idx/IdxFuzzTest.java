package org.epochflow.model.idx;

import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.epochflow.model.Damage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are an IDX or gzip file, or are refused in a line. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class IdxFuzzTest {
  static List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("..", "testdata", "malformed"))) {
      for (Path file : files.filter(f -> f.toString().contains("ubyte")).sorted().toList()) {
        seeds.add(Files.readAllBytes(file));
      }
    }
    return seeds;
  }

  private static ReadableByteChannel channel(byte[] bytes) {
    return Channels.newChannel(new ByteArrayInputStream(bytes));
  }

  private static void readAny(byte[] bytes) throws IOException {
    IdxHeader.read(channel(bytes), bytes.length, "any");
  }

  private static void readImages(byte[] bytes) throws IOException {
    IdxHeader.readImages(channel(bytes), bytes.length, "images");
  }

  private static void readLabels(byte[] bytes) throws IOException {
    IdxHeader.readLabels(channel(bytes), bytes.length, "labels");
  }

  private static void unpack(byte[] bytes) throws IOException {
    WritableByteChannel nowhere = Channels.newChannel(OutputStream.nullOutputStream());
    Gzip.unpack(channel(bytes), nowhere, "packed");
  }

  @MethodSource("seeds")
  @FuzzTest
  void idx(byte[] bytes) {
    Damage.survive(IdxFuzzTest::readAny, bytes);
    Damage.survive(IdxFuzzTest::readImages, bytes);
    Damage.survive(IdxFuzzTest::readLabels, bytes);
  }

  @MethodSource("seeds")
  @FuzzTest
  void gzip(byte[] bytes) {
    Damage.survive(IdxFuzzTest::unpack, bytes);
  }

  @Test
  void damagedFilesAreReadOrRefused() throws IOException {
    Damage.survive(IdxFuzzTest::readAny, seeds(), 10_000);
    Damage.survive(IdxFuzzTest::readImages, seeds(), 10_000);
    Damage.survive(IdxFuzzTest::readLabels, seeds(), 10_000);
    Damage.survive(IdxFuzzTest::unpack, seeds(), 2_000);
  }
}
