package org.epochflow.pipeline.run;

import java.io.IOException;

/** A run cannot continue as it is asked to. Its message names what differs. */
public final class ResumptionException extends IOException {
  private static final long serialVersionUID = 1L;

  ResumptionException(String message) {
    super(message);
  }
}
