package org.epochflow.model.nn;

import java.util.List;

/**
 * One array of a layer, and its place in the flat vector of parameters, where it is row-major.
 *
 * @param name Keras's: {@code kernel}, {@code bias}
 * @param dimensions Keras's: Dense {@code (in, out)}, Conv2D {@code (height, width, in, out)}
 * @param trains whether the optimiser steps it; if not, it is averaged and saved all the same
 * @param offset where it starts in the flat vector
 * @param regularizer what its values add to the loss while it trains
 */
public record Variable(
    String name,
    List<Integer> dimensions,
    Initializer initializer,
    boolean trains,
    int offset,
    Regularizer regularizer) {
  public Variable {
    dimensions = List.copyOf(dimensions);
  }

  /** A variable that trains, for a layer to declare: it has no place yet. */
  public Variable(String name, List<Integer> dimensions, Initializer initializer) {
    this(name, dimensions, initializer, Regularizer.NONE);
  }

  /** The same whose values add to the loss. */
  public Variable(
      String name, List<Integer> dimensions, Initializer initializer, Regularizer regularizer) {
    this(name, dimensions, initializer, true, 0, regularizer);
  }

  /** One at a place, whose values add nothing to the loss. */
  public Variable(
      String name, List<Integer> dimensions, Initializer initializer, boolean trains, int offset) {
    this(name, dimensions, initializer, trains, offset, Regularizer.NONE);
  }

  /** The same at another place, and not to be trained unless the layer is. */
  Variable at(int place, boolean layerTrains) {
    return new Variable(name, dimensions, initializer, trains && layerTrains, place, regularizer);
  }

  /** The product of the dimensions. */
  public int size() {
    return dimensions.stream().reduce(1, (a, b) -> a * b);
  }

  /** Where it ends in the flat vector, exclusive. */
  public int end() {
    return offset + size();
  }
}
