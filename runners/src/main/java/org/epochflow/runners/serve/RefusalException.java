package org.epochflow.runners.serve;

/** A request that is not answered as it asks. */
final class RefusalException extends Exception {
  private static final long serialVersionUID = 1L;
  private final int status;

  /**
   * @param status of HTTP, 400 or more
   */
  RefusalException(int status, String message) {
    super(message);
    this.status = status;
  }

  static RefusalException badRequest(String message) {
    return new RefusalException(400, message);
  }

  int status() {
    return status;
  }
}
