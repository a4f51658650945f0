package org.epochflow.model.nn;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;

/**
 * How a record becomes an input and a target, defined once for training, evaluation and prediction:
 * {@code x = pixel / divisor} in float32, {@code y = one-hot(label)}.
 *
 * @param divisor what every pixel is divided by; 255 makes bytes into 0 to 1
 */
public record Preprocessing(@JsonProperty("pixelDivisor") float divisor) implements Serializable {
  public static final Preprocessing STANDARD = new Preprocessing(255f);

  public Preprocessing {
    if (!(divisor > 0) || Float.isInfinite(divisor)) {
      throw new IllegalArgumentException("Expected a divisor above 0, found " + divisor);
    }
  }

  /** Writes {@code pixels[offset .. offset + length)}, unsigned, divided, to {@code x} at 0. */
  public void normalize(byte[] pixels, int offset, int length, float[] x, int xOffset) {
    for (int i = 0; i < length; i++) {
      x[xOffset + i] = (pixels[offset + i] & 0xff) / divisor;
    }
  }

  /** Writes the one-hot row of {@code label} at {@code offset}: 1 at its place, 0 elsewhere. */
  public static void oneHot(int label, int classes, float[] y, int offset) {
    for (int i = 0; i < classes; i++) {
      y[offset + i] = i == label ? 1f : 0f;
    }
  }
}
