package org.epochflow.pipeline.data;

import java.io.IOException;

/** Files that are sound by themselves, but no data to train or evaluate on; says why. */
public final class BadDataException extends IOException {
  private static final long serialVersionUID = 1L;

  public BadDataException(String message) {
    super(message);
  }
}
