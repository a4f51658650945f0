package org.epochflow.pipeline.store;

import java.io.IOException;

/** Another process holds the lease; the message names it. */
public final class LeaseHeldException extends IOException {
  private static final long serialVersionUID = 1L;

  LeaseHeldException(String file, String holder) {
    super("Expected to be alone at work here, found %s (%s)".formatted(holder, file));
  }
}
