package org.epochflow.model.nn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * A layer of a network, as Keras defines it: immutable, without weights. Two layers with the same
 * settings are equal. It has one input, unless it is a {@link Merge}.
 *
 * <p>Shapes are of one example; the batch is the first dimension of every tensor. Images are NHWC.
 */
public interface Layer extends Computation, Serializable {
  /** Unique within its network, as in Keras: {@code dense_1}. */
  String name();

  /** Keras's name of its class: {@code Dense}. */
  default String type() {
    return getClass().getSimpleName();
  }

  /**
   * Returns the shape of this layer's output.
   *
   * @throws ArchitectureException if it cannot take that shape
   */
  Shape output(Shape input);

  /** Its variables for an input that it can take, in Keras's order; none for most layers. */
  default List<Variable> variables(Shape input) {
    return List.of();
  }

  /** The multiplications of one example's forward pass, as far as they take time. */
  default long multiplications(Shape input) {
    return 0;
  }

  /** What its outputs are if it is a network's last layer. */
  default Ending ending() {
    return Ending.LOGITS;
  }

  /** The same layer whose kernels' squares add to the loss by this factor; itself without one. */
  default Layer withKernelL2(double l2) {
    return this;
  }

  /** Whether its values are its input's, except in training: the shape alone may differ. */
  default boolean isIdentity() {
    return false;
  }

  /** The same layer with another number of outputs, if that is for its settings to say. */
  default Optional<Layer> withOutputs(int outputs) {
    return Optional.empty();
  }

  /** The layer that computes what this one does while it does not train: this one, for most. */
  default Layer frozen() {
    return this;
  }

  /** Adds Keras's settings of this layer to its {@code config}, in Keras's order. */
  void write(ObjectNode config);

  /** Whether Keras keeps the shape of its input with its settings, to build it from. */
  default boolean keepsInputShape(Shape input) {
    return !variables(input).isEmpty();
  }
}
