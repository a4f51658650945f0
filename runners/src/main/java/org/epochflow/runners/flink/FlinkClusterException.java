package org.epochflow.runners.flink;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The cluster cannot do the work. The message says what to do about it. */
public class FlinkClusterException extends IOException {
  private static final long serialVersionUID = 1L;

  FlinkClusterException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  FlinkClusterException(String message) {
    this(message, null);
  }

  /** The JobManager did not answer. */
  static final class Unreachable extends FlinkClusterException {
    private static final long serialVersionUID = 1L;

    Unreachable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A job ended because a worker or the JobManager was lost; another attempt may succeed. */
  static final class JobLost extends FlinkClusterException {
    private static final long serialVersionUID = 1L;

    JobLost(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
