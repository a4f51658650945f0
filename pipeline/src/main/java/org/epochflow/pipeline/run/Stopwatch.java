package org.epochflow.pipeline.run;

/** Seconds since it was made, only for display, never for results. */
final class Stopwatch {
  private static final double NANOS = 1e9;
  private final long start = System.nanoTime();
  private final long startMillis = System.currentTimeMillis();

  double seconds() {
    return (System.nanoTime() - start) / NANOS;
  }

  /** Seconds until a moment of a worker's clock, within what has passed here. */
  double secondsUntil(long millis) {
    return Math.max(0, Math.min(seconds(), (millis - startMillis) / 1e3));
  }
}
