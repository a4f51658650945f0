package org.epochflow.runners.flink;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The cluster cannot do what is asked; the message says what to do about it. */
public class FlinkClusterException extends IOException {
  private static final long serialVersionUID = 1L;

  FlinkClusterException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  FlinkClusterException(String message) {
    this(message, null);
  }

  /** No answer. */
  static final class Unreachable extends FlinkClusterException {
    private static final long serialVersionUID = 1L;

    Unreachable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A job ended because workers or the JobManager did; another attempt may do better. */
  static final class JobLost extends FlinkClusterException {
    private static final long serialVersionUID = 1L;

    JobLost(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
