package org.epochflow.model.nn;

import java.util.List;

/**
 * A layer that makes one tensor of several, such as a residual sum. It has no variables.
 *
 * <p>Networks call the methods for all inputs, never those for one.
 */
public interface Merge extends Layer {
  /**
   * Returns the shape of the output for inputs of these shapes.
   *
   * @throws ArchitectureException if it cannot take them together
   */
  Shape output(List<Shape> inputs);

  /** What it does to a batch. */
  Junction join(List<Shape> inputs);

  @Override
  default Shape output(Shape input) {
    return output(List.of(input));
  }

  @Override
  default List<Operation> bind(int index, Shape input, List<Variable> variables) {
    throw new IllegalStateException("A layer of several inputs joins them");
  }
}
