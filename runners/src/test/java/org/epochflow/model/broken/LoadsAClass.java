package org.epochflow.model.broken;

/** Breaks the rule that no text names a class. */
final class LoadsAClass {
  private LoadsAClass() {}

  static Class<?> named(String name) throws ClassNotFoundException {
    return ClassLoader.getSystemClassLoader().loadClass(name);
  }
}
