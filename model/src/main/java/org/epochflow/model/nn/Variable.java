package org.epochflow.model.nn;

import java.util.List;

/**
 * One trainable array of a layer.
 *
 * @param name {@code kernel} or {@code bias}
 * @param dimensions Keras's: Dense {@code (in, out)}, Conv2D {@code (height, width, in, out)}
 * @param offset where it starts in the flat vector of parameters; it is row-major from there
 */
public record Variable(String name, List<Integer> dimensions, int offset) {
  public Variable {
    dimensions = List.copyOf(dimensions);
  }

  public int size() {
    return dimensions.stream().reduce(1, Math::multiplyExact);
  }

  /** Where it ends in the flat vector, exclusive. */
  public int end() {
    return offset + size();
  }
}
