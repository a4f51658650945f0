package org.epochflow.model.train;

/** Checks of configuration values. Each message names the value, the range and what was found. */
final class Require {
  private Require() {}

  static void atLeast(String name, double least, double value) {
    if (!(value >= least) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "Expected %s of %s or more, found %s".formatted(name, least, value));
    }
  }

  static void above(String name, double bound, double value) {
    if (!(value > bound) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "Expected %s above %s, found %s".formatted(name, bound, value));
    }
  }
}
