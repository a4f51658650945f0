package org.epochflow.model.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.train.ModelState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** States between two steps of an epoch, and the name of their parameters. */
final class StateFileTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, 600_000})
  void writtenThenReadIsTheSameState(int length) throws IOException {
    ModelState state = state(length);
    byte[] bytes = write(state);
    assertArrayEquals(bytes, write(state));
    assertEquals(36 + 12 * length + 4, bytes.length);
    ModelState read = read(bytes);
    KerasFileTest.assertSameBits(state.parameters(), read.parameters());
    KerasFileTest.assertSameSlots(state, read);
    assertEquals(state.step(), read.step());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5})
  void anyNumberOfSlotsTravels(int slots) throws IOException {
    Random random = new Random(2);
    List<float[]> values =
        IntStream.range(0, slots).mapToObj(slot -> States.anyFloats(3, random)).toList();
    ModelState state = new ModelState(States.anyFloats(3, random), values, 3);
    KerasFileTest.assertSameSlots(state, read(write(state)));
  }

  @Test
  void everyFlippedBitIsFound() throws IOException {
    byte[] bytes = write(state(3));
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertFault(damaged);
    }
  }

  @Test
  void everyTruncationIsFound() throws IOException {
    byte[] bytes = write(state(3));
    for (int length = 0; length < bytes.length; length++) {
      assertFault(Arrays.copyOf(bytes, length));
    }
  }

  @Test
  void theHashIsThatOfLittleEndianFloats() {
    // python3 -c 'import hashlib, struct; print(hashlib.sha256(struct.pack("<3f", 1, -2.5, 0))...)'
    assertEquals(
        "738e86d615200bd3391d7ae379779a8e4644bade56d93d0634aa07004fa697f3",
        ParametersHash.sha256(new float[] {1f, -2.5f, 0f}));
    assertEquals(
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ParametersHash.sha256(new float[0]));
  }

  @Test
  void theHashSeesEveryFloat() {
    float[] parameters = new float[(1 << 14) + 1];
    String zeros = ParametersHash.sha256(parameters);
    for (int i : new int[] {0, 1 << 13, (1 << 14) - 1, 1 << 14}) {
      parameters[i] = -0f;
      assertNotEquals(zeros, ParametersHash.sha256(parameters));
      parameters[i] = 0f;
    }
  }

  private static ModelState state(int length) {
    Random random = new Random(length);
    return new ModelState(
        States.anyFloats(length, random),
        List.of(States.anyFloats(length, random), States.anyFloats(length, random)),
        random.nextLong());
  }

  private static byte[] write(ModelState state) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StateFile.write(state, out);
    return out.toByteArray();
  }

  private static ModelState read(byte[] bytes) throws IOException {
    return StateFile.read(Channels.newChannel(new ByteArrayInputStream(bytes)), "w.state");
  }

  private static void assertFault(byte[] bytes) {
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> read(bytes));
    assertTrue(String.valueOf(e.getMessage()).contains("w.state"), e.getMessage());
  }
}
