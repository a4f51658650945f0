package org.epochflow.pipeline.execute;

import java.io.IOException;

/** A pipeline failed for a reason other than its input. */
public final class PipelineFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PipelineFailedException(String message, Throwable cause) {
    super(message, cause);
  }

  PipelineFailedException(String message) {
    super(message);
  }

  /**
   * The failure of a pipeline.
   *
   * @throws IOException the first cause that is one, because it says what the user can mend
   */
  public static PipelineFailedException of(String name, Throwable failure) throws IOException {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException known) {
        throw known;
      }
    }
    return new PipelineFailedException("%s failed".formatted(name), failure);
  }
}
