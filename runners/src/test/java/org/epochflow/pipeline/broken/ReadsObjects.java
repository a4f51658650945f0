package org.epochflow.pipeline.broken;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;

/** Breaks the rule that no data is decoded by Java's serialisation. */
final class ReadsObjects {
  private ReadsObjects() {}

  static Object read(InputStream in) throws IOException, ClassNotFoundException {
    return new ObjectInputStream(in).readObject();
  }
}
