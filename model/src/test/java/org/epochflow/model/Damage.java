package org.epochflow.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Random;

/** Damages files in every way that the same random numbers give, and sees what becomes of them. */
public final class Damage {
  /** What a length or an offset may be, to do harm. */
  private static final int[] EXTREMES = {0, 1, -1, 127, 128, 255, 1 << 16, 1 << 30, 1 << 31};

  private Damage() {}

  /** Reads bytes, and throws nothing but an IOException that says what is wrong with them. */
  @FunctionalInterface
  public interface Target {
    void read(byte[] bytes) throws IOException;
  }

  /** The bytes give a value, or an exception whose message is a line. */
  public static void survive(Target target, byte[] bytes) {
    try {
      target.read(bytes);
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      assertTrue(message.length() < 1000 && message.lines().count() == 1, message);
    }
  }

  /** Damages each of the seeds so many times. */
  public static void survive(Target target, Collection<byte[]> seeds, int times) {
    Random random = new Random(1);
    for (byte[] seed : seeds) {
      for (int i = 0; i < times; i++) {
        survive(target, damaged(seed, random));
      }
    }
  }

  private static byte[] damaged(byte[] seed, Random random) {
    byte[] bytes = seed.clone();
    for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> put(bytes, at, EXTREMES[random.nextInt(EXTREMES.length)]);
        case 4 -> System.arraycopy(seed, 0, bytes, at, Math.min(seed.length, bytes.length - at));
        default -> bytes[at] = bytes[random.nextInt(bytes.length)];
      }
    }
    return bytes;
  }

  private static void put(byte[] bytes, int at, int number) {
    for (int i = 0; i < Math.min(Integer.BYTES, bytes.length - at); i++) {
      bytes[at + i] = (byte) (number >>> (8 * i));
    }
  }
}
