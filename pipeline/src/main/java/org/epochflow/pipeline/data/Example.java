package org.epochflow.pipeline.data;

import java.util.Locale;
import org.epochflow.model.nn.Shape;

/**
 * A labelled image of one's own pipeline.
 *
 * <pre>{@code
 * Example digit = new Example("2026-11-27/17.png", Shape.of(28, 28), pixels, 3);
 * }</pre>
 *
 * @param name decides where the example stands among the others: the same names give the same
 *     order, on every runner
 * @param shape {@code (height, width)} or {@code (height, width, channels)}
 * @param pixels unsigned bytes, row by row, the channels of a pixel together
 * @param label 0 to 255
 */
public record Example(String name, Shape shape, byte[] pixels, int label) {
  private static final int MOST = 255;

  public Example {
    if (pixels.length != shape.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected %d pixels for an image of %s, found %d (%s)",
              shape.size(),
              shape,
              pixels.length,
              name));
    }
    if (label < 0 || label > MOST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "Expected a label of 0 to %d, found %d (%s)", MOST, label, name));
    }
  }
}
