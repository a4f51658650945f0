package org.epochflow.pipeline.broken;

import org.apache.beam.sdk.util.SerializableUtils;

/** Breaks the rule that no data is decoded by Java's serialisation. */
final class CopiesObjects {
  private CopiesObjects() {}

  static String copy(String value) {
    return SerializableUtils.clone(value);
  }
}
