package org.epochflow.pipeline.run;

import java.io.IOException;

/** A folder cannot take a new run's or evaluation's files; says why. */
public final class FolderInUseException extends IOException {
  private static final long serialVersionUID = 1L;

  public FolderInUseException(String message) {
    super(message);
  }

  FolderInUseException(String message, Throwable cause) {
    super(message, cause);
  }
}
