package org.epochflow.pipeline.data.format;

import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
    return seeds;
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
            "{'descr': '" + "x".repeat(60_000) + "', 'fortran_order': False, 'shape': (2,), }")
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
    byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    for (String name : List.of("x_train.npy", "y_train.npy")) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (ZipOutputStream zip = new ZipOutputStream(out)) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(start);
        zip.write(header.length);
        zip.write(header.length >> Byte.SIZE);
        zip.write(header);
        zip.write(new byte[2]);
      }
      survive(out.toByteArray());
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
