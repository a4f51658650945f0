package org.epochflow.pipeline.data.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.epochflow.model.idx.IdxFormatException;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is gzipped is unpacked; what is not is left where it is. */
final class ImportersTest {
  private final Path source;
  private final Path target;

  ImportersTest(@TempDir Path folder) throws IOException {
    source = Files.createDirectory(folder.resolve("source"));
    target = folder.resolve("target");
  }

  @Test
  void gzipIsKnownByItsContentNotByItsName() throws IOException {
    Source plain = SmallData.random(source, "plain.gz", 9, 1);
    Source packed = packed(SmallData.random(source, "packed", 9, 2), "");
    Imported unpacked = unpack(List.of(plain), List.of(packed));
    assertEquals(List.of(plain.images(), plain.labels()), unpacked.train().paths());
    assertEquals(
        List.of(
            target.resolve("packed-images-idx3-ubyte") + "",
            target.resolve("packed-labels-idx1-ubyte") + ""),
        unpacked.test().paths());
  }

  @Test
  void aFolderWithFilesUnderMnistsNamesIsADataSet() throws IOException {
    Source train = SmallData.random(source, "train", 9, 1);
    packed(SmallData.random(source.resolve("other"), "t10k", 3, 2), ".gz");
    assertTrue(Importers.reads(source.toString()));
    assertEquals(List.of(train), Importers.find(source.toString(), Part.TRAIN, Reading.AS_IT_IS));
    assertEquals(List.of(), Importers.find(source.toString(), Part.TEST, Reading.AS_IT_IS));
    String other = source.resolve("other").toString();
    Files.delete(Path.of(other, "t10k-images-idx3-ubyte"));
    Files.delete(Path.of(other, "t10k-labels-idx1-ubyte"));
    assertEquals(
        List.of(
            new Source(other + "/t10k-images-idx3-ubyte.gz", other + "/t10k-labels-idx1-ubyte.gz")),
        Importers.find(other, Part.TEST, Reading.AS_IT_IS));
  }

  @Test
  void imagesWithoutLabelsBesideThemAreNoPart() throws IOException {
    SmallData.random(source, "train", 9, 1);
    Files.delete(source.resolve("train-labels-idx1-ubyte"));
    assertEquals(
        "Expected train-labels-idx1-ubyte beside train-images-idx3-ubyte in %s, found"
                .formatted(source)
            + " train-images-idx3-ubyte alone",
        assertThrows(
                BadDataException.class,
                () -> Importers.find(source.toString(), Part.TRAIN, Reading.AS_IT_IS))
            .getMessage());
  }

  @Test
  void whatNoFormatReadsIsRefused() {
    Source nothing = Source.of(source.resolve("nothing").toString());
    assertEquals(
        "Expected %s, found none (%s)".formatted(Importers.formats(Part.TRAIN), nothing.images()),
        assertThrows(BadDataException.class, () -> unpack(List.of(nothing), List.of()))
            .getMessage());
  }

  @Test
  void theUnpackedCopyHasTheSameBytesAndTheUsersFileStaysAsItIs() throws IOException {
    Source plain = SmallData.random(source, "train", 100, 3);
    byte[] images = bytes(plain.images());
    Source packed = packed(plain, ".gz");
    byte[] packedImages = bytes(packed.images());
    String unpacked = unpack(List.of(packed), List.of()).train().paths().get(0);
    assertEquals(target.resolve("train-images-idx3-ubyte").toString(), unpacked);
    assertArrayEquals(images, bytes(unpacked));
    assertArrayEquals(packedImages, bytes(packed.images()));
  }

  @Test
  void severalFilesOfOneNameAreKeptApart() throws IOException {
    Source first = packed(SmallData.random(source.resolve("1"), "x", 10, 4), ".gz");
    Source second = packed(SmallData.random(source.resolve("2"), "x", 11, 5), ".gz");
    Imported unpacked = unpack(List.of(first, second), List.of(second, first));
    assertEquals(10, unpacked.train().parts().get(0).count());
    assertEquals(11, unpacked.train().parts().get(1).count());
    assertEquals(11, unpacked.test().parts().get(0).count());
    assertEquals(10, unpacked.test().parts().get(1).count());
  }

  @Test
  void aTrainingAndATestFileOfOneNameAreKeptApart() throws IOException {
    Source train = packed(SmallData.random(source.resolve("1"), "x", 10, 4), ".gz");
    Source test = packed(SmallData.random(source.resolve("2"), "x", 11, 5), ".gz");
    Imported unpacked = unpack(List.of(train), List.of(test));
    assertArrayEquals(
        unpackedBytes(train.images()), bytes(unpacked.train().paths().get(0)), "training images");
    assertArrayEquals(
        unpackedBytes(test.labels()), bytes(unpacked.test().paths().get(1)), "test labels");
  }

  @Test
  void imagesAndLabelsOfOneNameAreKeptApart() throws IOException {
    List<Source> pairs = new ArrayList<>();
    for (String name : List.of("000", "001")) {
      Source pair = packed(SmallData.random(source.resolve(name), "x", 9, 8), "");
      Path images = Files.createDirectories(source.resolve("images")).resolve(name + ".gz");
      Path labels = Files.createDirectories(source.resolve("labels")).resolve(name + ".gz");
      Files.move(Path.of(pair.images()), images);
      Files.move(Path.of(pair.labels()), labels);
      pairs.add(new Source(images.toString(), labels.toString()));
    }
    for (List<Source> train : List.of(pairs, pairs.subList(0, 1))) {
      List<String> unpacked = unpack(train, List.of()).train().paths();
      for (int i = 0; i < train.size(); i++) {
        assertArrayEquals(unpackedBytes(train.get(i).images()), bytes(unpacked.get(2 * i)));
        assertArrayEquals(unpackedBytes(train.get(i).labels()), bytes(unpacked.get(2 * i + 1)));
      }
    }
  }

  private static byte[] unpackedBytes(String file) throws IOException {
    try (var in = new GZIPInputStream(Files.newInputStream(Path.of(file)))) {
      return in.readAllBytes();
    }
  }

  @Test
  void otherDataUnderTheSameNameIsUnpackedAnew() throws IOException {
    Source before = packed(SmallData.random(source.resolve("1"), "x", 10, 4), ".gz");
    Source after = packed(SmallData.random(source.resolve("2"), "x", 10, 5), ".gz");
    byte[] first = bytes(unpack(List.of(before), List.of()).train().paths().get(0));
    byte[] second = bytes(unpack(List.of(after), List.of()).train().paths().get(0));
    assertFalse(Arrays.equals(first, second));
  }

  @ParameterizedTest
  @ValueSource(strings = {"corrupt-images-idx3-ubyte.gz", "truncated-images-idx3-ubyte.gz"})
  void damagedGzipLeavesNothing(String name) throws IOException {
    Path malformed = SmallData.testdata("malformed");
    Source files =
        new Source(malformed.resolve(name) + "", malformed.resolve("good-labels-idx1-ubyte") + "");
    var fault = assertThrows(IdxFormatException.class, () -> unpack(List.of(files), List.of()));
    assertEquals(files.images(), fault.file());
    try (Stream<Path> left = Files.exists(target) ? Files.list(target) : Stream.of()) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void ofSeveralDamagedFilesTheFirstIsNamed() throws IOException {
    Path malformed = SmallData.testdata("malformed");
    Source damaged = packed(SmallData.random(source, "x", 2000, 6), ".gz");
    byte[] packed = bytes(damaged.images());
    Files.write(Path.of(damaged.images()), Arrays.copyOf(packed, packed.length - 1));
    Source other =
        new Source(
            malformed.resolve("corrupt-images-idx3-ubyte.gz") + "",
            malformed.resolve("good-labels-idx1-ubyte") + "");
    List<Source> files = List.of(SmallData.random(source, "y", 3, 7), damaged, other, other, other);
    for (int i = 0; i < 5; i++) {
      var fault = assertThrows(IdxFormatException.class, () -> unpack(files, List.of()));
      assertEquals(damaged.images(), fault.file());
    }
  }

  private record Imported(Records train, Records test) {}

  private Imported unpack(List<Source> train, List<Source> test) throws IOException {
    Importers importers = new Importers(target.toString());
    DataFiles files = new DataFiles(train, test);
    return new Imported(open(importers, files, Part.TRAIN), open(importers, files, Part.TEST));
  }

  private static Records open(Importers importers, DataFiles files, Part part) throws IOException {
    return importers.open(files, part, List.of(), new ArrayList<>());
  }

  private static Source packed(Source files, String suffix) throws IOException {
    return new Source(packed(files.images(), suffix), packed(files.labels(), suffix));
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
