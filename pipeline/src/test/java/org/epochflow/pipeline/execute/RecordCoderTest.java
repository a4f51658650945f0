package org.epochflow.pipeline.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.IterableCoder;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a coder of a record must keep, and what it must not take. */
final class RecordCoderTest {
  private static final RecordCoder<All> CODER = RecordCoder.of(All.class);

  private record Pair(int left, String right) {
    Pair {
      if (left == 13) {
        throw new IllegalArgumentException("Expected no 13");
      }
    }
  }

  private record All(
      int number,
      long big,
      double real,
      String text,
      byte[] bytes,
      long[] longs,
      float[] floats,
      Pair pair,
      List<Pair> pairs,
      List<Integer> numbers) {}

  private record OfObjects(Object any) {}

  static List<All> values() {
    return List.of(
        new All(
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            Double.MIN_VALUE,
            "\u00e9 \ud83d\ude00",
            new byte[] {0, -1, 127},
            new long[] {Long.MIN_VALUE, -1, 0},
            new float[] {Float.NaN, -0f, Float.MIN_VALUE, Float.NEGATIVE_INFINITY},
            new Pair(1, ""),
            List.of(new Pair(-1, "a"), new Pair(0, "\0")),
            List.of(0, -1, Integer.MAX_VALUE)),
        new All(
            0,
            0,
            -0.0,
            "",
            new byte[0],
            new long[0],
            new float[0],
            new Pair(0, ""),
            List.of(),
            List.of()));
  }

  @ParameterizedTest
  @MethodSource("values")
  void aRecordIsDecodedAsItWasEncoded(All value) throws Exception {
    CoderProperties.structuralValueDecodeEncodeEqual(CODER, value);
    All decoded = CoderUtils.clone(CODER, value);
    assertEquals(parts(value), parts(decoded));
  }

  private static List<Object> parts(All value) {
    return List.of(
        value.number,
        value.big,
        value.real,
        value.text,
        Arrays.toString(value.bytes),
        Arrays.toString(value.longs),
        Arrays.toString(value.floats),
        value.pair,
        value.pairs,
        value.numbers);
  }

  @Test
  void recordsFollowOneAnother() throws Exception {
    List<Pair> pairs = List.of(new Pair(1, "one"), new Pair(2, ""), new Pair(3, "three"));
    CoderProperties.coderDecodeEncodeEqual(IterableCoder.of(RecordCoder.of(Pair.class)), pairs);
  }

  @Test
  void itTravelsWithThePipelineAndKeepsItsType() throws Exception {
    CoderProperties.coderSerializable(CODER);
    CODER.verifyDeterministic();
    CoderProperties.coderDeterministic(
        RecordCoder.of(Pair.class), new Pair(1, "a"), new Pair(1, "a"));
    assertEquals(All.class, CODER.getEncodedTypeDescriptor().getRawType());
    assertNotEquals(CODER, RecordCoder.of(Pair.class));
  }

  @Test
  void theBytesNameNoClass() throws Exception {
    byte[] bytes = CoderUtils.encodeToByteArray(RecordCoder.of(Pair.class), new Pair(1, "text"));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertTrue(text.contains("text"), text);
    assertFalse(text.contains("epochflow"), text);
  }

  @Test
  void bytesThatTheRecordRefusesAreAnErrorOfTheCoder() {
    byte[] bytes = {13, 0};
    CoderException e =
        assertThrows(
            CoderException.class,
            () -> CoderUtils.decodeFromByteArray(RecordCoder.of(Pair.class), bytes));
    assertEquals(
        "java.lang.IllegalArgumentException: Expected no 13", String.valueOf(e.getCause()));
  }

  @Test
  void anotherTypeIsRefusedWhereTheCoderIsMade() {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> RecordCoder.of(OfObjects.class));
    assertTrue(e.toString().endsWith(", found class java.lang.Object"), e.toString());
  }
}
