package org.epochflow.pipeline.data.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.idx.IdxType;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Values of each of IDX's types are the same pixels and the same labels. */
final class IdxValuesTest {
  private static final double[] BYTES = {0, 1, 2, 51, 127, 128, 254, 255};
  private final Path folder;

  IdxValuesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Path write(String name, IdxType type, List<Integer> sizes, double... values)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * sizes.size() + values.length * type.bytes());
    bytes.put(new IdxHeader(type, sizes).encoded());
    for (double value : values) {
      switch (type) {
        case U8, S8 -> bytes.put((byte) value);
        case I16 -> bytes.putShort((short) value);
        case I32 -> bytes.putInt((int) value);
        case F32 -> bytes.putFloat((float) value);
        case F64 -> bytes.putDouble(value);
      }
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes.array());
    }
    return Imports.write(folder.resolve(name), packed.toByteArray());
  }

  private Imports open(Path images, Path labels) throws IOException {
    return Imports.of(
        List.of(new Source(images.toString(), labels.toString())),
        Part.TRAIN,
        Reading.AS_IT_IS,
        folder.resolve("imported"));
  }

  private Path images() throws IOException {
    return write("images", IdxType.U8, List.of(2, 2, 2), BYTES);
  }

  private Path labels() throws IOException {
    return write("labels", IdxType.U8, List.of(2), 7, 255);
  }

  private static byte[] bytes(double... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) (int) values[i];
    }
    return bytes;
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "S8")
  void pixelsOfEachTypeAreBytes(IdxType type) throws IOException {
    Path images = write("other", type, List.of(2, 2, 2), BYTES);
    assertArrayEquals(bytes(BYTES), open(images, labels()).pixels());
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void floatsOfZeroToOneAreSharesOfWhite(IdxType type) throws IOException {
    double[] shares = Arrays.stream(BYTES).map(value -> value / 255).toArray();
    Path images = write("other", type, List.of(2, 2, 2), shares);
    assertArrayEquals(bytes(BYTES), open(images, labels()).pixels());
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "S8")
  void labelsOfEachTypeAreBytes(IdxType type) throws IOException {
    Path labels = write("other", type, List.of(2), 7, 255);
    assertArrayEquals(bytes(7, 255), open(images(), labels).labels());
  }

  @Test
  void ofQmnistsEightColumnsTheFirstIsTheClass() throws IOException {
    Path labels =
        write(
            "other",
            IdxType.I32,
            List.of(2, 8),
            7,
            1,
            2,
            3,
            4,
            5,
            6,
            70000,
            3,
            9,
            9,
            9,
            9,
            9,
            9,
            9);
    assertArrayEquals(bytes(7, 3), open(images(), labels).labels());
    Path column = write("column", IdxType.U8, List.of(2, 1), 4, 5);
    assertArrayEquals(bytes(4, 5), open(images(), column).labels());
  }

  @Test
  void whatIsNoPixelAndNoLabelIsTold() throws IOException {
    Path dark = write("dark", IdxType.F32, List.of(2, 2, 2), -1, 0, 0, 0, 0, 0, 0, 0.5);
    refuses("Expected pixels of 0 to 1 or of 0 to 255, found -1.0 to 0.5 (%s)", dark, labels());
    Path bright = write("bright", IdxType.I32, List.of(2, 1, 1), 256, 3);
    refuses("Expected pixels of 0 to 1 or of 0 to 255, found 3.0 to 256.0 (%s)", bright, labels());
    Path none = write("none", IdxType.F64, List.of(2, 1, 1), Double.NaN, 3);
    refuses("Expected pixels of 0 to 1 or of 0 to 255, found NaN to NaN (%s)", none, labels());
    Path large = write("large", IdxType.I32, List.of(2), 3, 256);
    refuses("Expected labels of 0 to 255, found 256 at record 1 (%2$s)", images(), large);
    Path half = write("half", IdxType.F32, List.of(2), 0.5, 256);
    refuses("Expected labels of 0 to 255, found 0.5 at record 0 (%2$s)", images(), half);
    Path wide = write("wide", IdxType.I32, List.of(2, 3), 1, 2, 3, 4, 5, 6);
    refuses(
        "Expected a label for each record, or QMNIST's 8 numbers, found 2 x 3 (%2$s)",
        images(), wide);
  }

  private void refuses(String message, Path images, Path labels) {
    assertEquals(
        message.formatted(images, labels),
        assertThrows(BadDataException.class, () -> open(images, labels)).getMessage());
  }
}
