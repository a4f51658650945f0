package org.epochflow.pipeline.execute;

import java.nio.ByteBuffer;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.DelegateCoder;

/** Encodes arrays of numbers as their bits, most significant byte first. */
final class ArrayCoders {
  static final Coder<long[]> LONGS =
      DelegateCoder.of(ByteArrayCoder.of(), ArrayCoders::bytes, ArrayCoders::longs);
  static final Coder<float[]> FLOATS =
      DelegateCoder.of(ByteArrayCoder.of(), ArrayCoders::bytes, ArrayCoders::floats);

  private ArrayCoders() {}

  private static byte[] bytes(long[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    return bytes.array();
  }

  private static long[] longs(byte[] bytes) {
    long[] values = new long[bytes.length / Long.BYTES];
    ByteBuffer.wrap(bytes).asLongBuffer().get(values);
    return values;
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static float[] floats(byte[] bytes) {
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
    return values;
  }
}
