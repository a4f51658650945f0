package org.epochflow.pipeline.data;

import java.io.IOException;

/** Files are intact but cannot be used for training or evaluation; the message says why. */
public final class BadDataException extends IOException {
  private static final long serialVersionUID = 1L;

  public BadDataException(String message) {
    super(message);
  }
}
