package org.epochflow.pipeline.registry;

import java.io.IOException;

/** What was asked of a registry cannot be done; says why. */
public final class RegistryException extends IOException {
  private static final long serialVersionUID = 1L;

  RegistryException(String message) {
    super(message);
  }
}
