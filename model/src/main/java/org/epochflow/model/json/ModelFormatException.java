package org.epochflow.model.json;

import java.io.IOException;

/**
 * A model, state or configuration file cannot be read; the message names the file and the fault.
 */
public final class ModelFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  public ModelFormatException(String message) {
    super(message);
  }

  public ModelFormatException(String message, Throwable cause) {
    super(message, cause);
  }

  /** {@code Expected an odd kernel size, found 4 (best.keras, config.json, layer conv2d)}. */
  public static ModelFormatException expected(String expected, Object found, String place) {
    return new ModelFormatException(
        "Expected %s, found %s (%s)".formatted(expected, Excerpt.of(found), place));
  }

  /** Another exception's finding, with its place. */
  public static ModelFormatException at(String place, RuntimeException cause) {
    String finding = Excerpt.of(cause.getMessage());
    return new ModelFormatException("%s (%s)".formatted(finding, place), cause);
  }
}
