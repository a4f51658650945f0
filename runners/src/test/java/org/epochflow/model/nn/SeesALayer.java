package org.epochflow.model.nn;

import org.epochflow.model.nn.layer.reshaping.Flatten;

/** What nn must not do. */
final class SeesALayer {
  private SeesALayer() {}

  static Layer broken() {
    return new Flatten("flatten");
  }
}
