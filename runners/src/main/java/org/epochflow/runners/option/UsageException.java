package org.epochflow.runners.option;

/** What was typed cannot be done. Its message alone is shown, and the exit code is 2. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }
}
