package org.epochflow.pipeline.data.format;

import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.data.BadDataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are a data set of NumPy's, or are refused in a line. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
final class NpzFuzzTest {
  private final Path folder;

  NpzFuzzTest(@TempDir Path folder) {
    this.folder = folder;
  }

  static List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    try (Stream<Path> files = Files.list(SmallData.testdata("npz"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".npz")).sorted().toList()) {
        seeds.add(Files.readAllBytes(file));
      }
    }
    seeds.add(zipOf("\n\ntest.npy"));
    return seeds;
  }

  private static byte[] zipOf(String name) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(1);
    }
    return bytes.toByteArray();
  }

  /** Headers of arrays, which a zip's CRC would otherwise keep from being damaged. */
  static List<byte[]> headers() {
    return Stream.of(
            "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }",
            "{'descr': '<i8', 'fortran_order': False, 'shape': (2147483647,), }",
            "{'descr': '<i8', 'fortran_order': False, 'shape': (-1,), }",
            "{'descr': '|u1', 'fortran_order': False, 'shape': (), }",
            "{'descr': '|u1', 'fortran_order': False, 'shape': (2147483647, 1, 1), }",
            "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2147483647, 2147483647, 9), }",
            "{'descr': '\n\n|u1', 'fortran_order': False, 'shape': (5, 6, 9), }",
            "{'descr': '" + "x".repeat(60) + "', 'fortran_order': False, 'shape': (2,), }")
        .map(header -> header.getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  private void survive(byte[] bytes) throws IOException {
    Imports.survive(new NpzImporter(), folder, "data.npz", bytes);
  }

  @MethodSource("seeds")
  @FuzzTest
  void npz(byte[] bytes) throws IOException {
    survive(bytes);
  }

  @MethodSource("headers")
  @FuzzTest
  void header(byte[] header) throws IOException {
    byte[] start = {
      (byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length, (byte) (header.length >> 8)
    };
    ByteArrayOutputStream array = new ByteArrayOutputStream();
    array.write(start);
    array.write(header);
    array.write(new byte[2]);
    survive(array.toByteArray(), Npy::writeImages);
    survive(array.toByteArray(), Npy::writeLabels);
  }

  /** Writes the values behind a header. */
  private interface Write {
    void write(Npy npy, InputStream in, OutputStream out) throws IOException;
  }

  private static void survive(byte[] array, Write write) throws IOException {
    InputStream in = new ByteArrayInputStream(array);
    try {
      write.write(Npy.read(in, "array"), in, OutputStream.nullOutputStream());
    } catch (BadDataException e) {
      Imports.requireLine(e);
    }
  }

  /** Not among the seeds, since a fuzzer makes its inputs as long as they are. */
  @Test
  void longHeadersAreReadOrRefused() throws IOException {
    String header = new String(headers().get(0), StandardCharsets.UTF_8);
    for (String part : List.of("|u1", "2,", "False")) {
      String longer = header.replace(part, part.repeat(60_000 / part.length()));
      header(longer.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void damagedFilesAreReadOrRefused() throws IOException {
    Random random = new Random(1);
    for (byte[] seed : seeds()) {
      for (int i = 0; i < 200; i++) {
        survive(damaged(seed, random));
      }
    }
    for (byte[] seed : headers().subList(0, 3)) {
      for (int i = 0; i < 1_000; i++) {
        header(damaged(seed, random));
      }
    }
  }

  private static byte[] damaged(byte[] seed, Random random) {
    byte[] damaged = seed.clone();
    for (int changes = random.nextInt(4); changes >= 0; changes--) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
    }
    return damaged;
  }
}
