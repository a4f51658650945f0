package org.epochflow.model.nn;

/** A network that cannot be: says which layer, what was expected and what was found. */
public final class ArchitectureException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public ArchitectureException(String message) {
    super(message);
  }
}
