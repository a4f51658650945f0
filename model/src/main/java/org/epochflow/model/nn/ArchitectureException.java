package org.epochflow.model.nn;

/** An impossible network; the message names the layer, what was expected and what was found. */
public final class ArchitectureException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public ArchitectureException(String message) {
    super(message);
  }
}
