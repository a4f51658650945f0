package org.epochflow.model.kernel;

/** This JVM cannot run the kernels asked for; the message names the flag that it lacks. */
public final class KernelsUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KernelsUnavailableException(String message) {
    super(message);
  }
}
