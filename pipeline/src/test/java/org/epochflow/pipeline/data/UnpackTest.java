package org.epochflow.pipeline.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.epochflow.model.idx.IdxFormatException;
import org.epochflow.pipeline.SmallData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is gzipped is unpacked; what is not is left where it is. */
final class UnpackTest {
  private final Path source;
  private final Path target;

  UnpackTest(@TempDir Path folder) throws IOException {
    source = Files.createDirectory(folder.resolve("source"));
    target = folder.resolve("target");
  }

  @Test
  void gzipIsKnownByItsContentNotByItsName() throws IOException {
    IdxFiles plain = SmallData.random(source, "plain.gz", 9, 1);
    IdxFiles packed = packed(SmallData.random(source, "packed", 9, 2), "");
    DataFiles unpacked = unpack(List.of(plain), List.of(packed));
    assertEquals(List.of(plain), unpacked.train());
    assertEquals(
        List.of(
            new IdxFiles(
                target.resolve("packed-images-idx3-ubyte") + "",
                target.resolve("packed-labels-idx1-ubyte") + "")),
        unpacked.test());
  }

  @Test
  void theUnpackedCopyHasTheSameBytesAndTheUsersFileStaysAsItIs() throws IOException {
    IdxFiles plain = SmallData.random(source, "train", 100, 3);
    byte[] images = bytes(plain.images());
    IdxFiles packed = packed(plain, ".gz");
    byte[] packedImages = bytes(packed.images());
    IdxFiles unpacked = unpack(List.of(packed), List.of()).train().get(0);
    assertEquals(target.resolve("train-images-idx3-ubyte").toString(), unpacked.images());
    assertArrayEquals(images, bytes(unpacked.images()));
    assertArrayEquals(packedImages, bytes(packed.images()));
  }

  @Test
  void severalFilesOfOneNameAreKeptApart() throws IOException {
    IdxFiles first = packed(SmallData.random(source.resolve("1"), "x", 10, 4), ".gz");
    IdxFiles second = packed(SmallData.random(source.resolve("2"), "x", 11, 5), ".gz");
    DataFiles unpacked = unpack(List.of(first, second), List.of(second, first));
    assertEquals(10, unpacked.train().get(0).imagesHeader().records());
    assertEquals(11, unpacked.train().get(1).imagesHeader().records());
    assertEquals(11, unpacked.test().get(0).imagesHeader().records());
    assertEquals(10, unpacked.test().get(1).imagesHeader().records());
  }

  @Test
  void otherDataUnderTheSameNameIsUnpackedAnew() throws IOException {
    IdxFiles before = packed(SmallData.random(source.resolve("1"), "x", 10, 4), ".gz");
    IdxFiles after = packed(SmallData.random(source.resolve("2"), "x", 10, 5), ".gz");
    byte[] first = bytes(unpack(List.of(before), List.of()).train().get(0).images());
    byte[] second = bytes(unpack(List.of(after), List.of()).train().get(0).images());
    assertFalse(Arrays.equals(first, second));
  }

  @ParameterizedTest
  @ValueSource(strings = {"corrupt-images-idx3-ubyte.gz", "truncated-images-idx3-ubyte.gz"})
  void damagedGzipLeavesNothing(String name) throws IOException {
    Path malformed = SmallData.testdata("malformed");
    IdxFiles files =
        new IdxFiles(
            malformed.resolve(name) + "", malformed.resolve("good-labels-idx1-ubyte") + "");
    var fault = assertThrows(IdxFormatException.class, () -> unpack(List.of(files), List.of()));
    assertEquals(files.images(), fault.file());
    try (Stream<Path> left = Files.exists(target) ? Files.list(target) : Stream.of()) {
      assertEquals(List.of(), left.toList());
    }
  }

  private DataFiles unpack(List<IdxFiles> train, List<IdxFiles> test) throws IOException {
    return new Unpack(target.toString()).all(new DataFiles(train, test));
  }

  private static IdxFiles packed(IdxFiles files, String suffix) throws IOException {
    return new IdxFiles(packed(files.images(), suffix), packed(files.labels(), suffix));
  }

  private static String packed(String file, String suffix) throws IOException {
    byte[] content = bytes(file);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(Path.of(file + suffix)))) {
      out.write(content);
    }
    return file + suffix;
  }

  private static byte[] bytes(String file) throws IOException {
    return Files.readAllBytes(Path.of(file));
  }
}
