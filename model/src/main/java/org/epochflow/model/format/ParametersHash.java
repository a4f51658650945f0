package org.epochflow.model.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The name of a vector of parameters: SHA-256 of its little-endian float32s. A NaN is hashed as the
 * canonical one, as Java leaves open which of its bit patterns arithmetic gives.
 */
public final class ParametersHash {
  private static final int CHUNK = 1 << 14;

  private ParametersHash() {}

  /** 64 lowercase hexadecimal digits. */
  public static String sha256(float[] parameters) {
    MessageDigest digest = digest();
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < parameters.length; i += CHUNK) {
      int count = Math.min(CHUNK, parameters.length - i);
      buffer.clear();
      for (int j = i; j < i + count; j++) {
        buffer.putInt(Float.floatToIntBits(parameters[j]));
      }
      digest.update(buffer.array(), 0, buffer.position());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
