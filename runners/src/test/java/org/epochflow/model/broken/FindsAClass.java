package org.epochflow.model.broken;

/** Breaks the rule that no text names a class. */
final class FindsAClass {
  private FindsAClass() {}

  static Class<?> named(String name) throws ClassNotFoundException {
    return Class.forName(name);
  }
}
