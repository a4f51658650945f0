package org.epochflow.model.nn;

import java.util.List;
import java.util.Optional;

/** What a network at work computes at once: a {@link Layer}, or several that follow each other. */
public interface Computation {
  /**
   * What it does to a batch: operations that run one after the other, none for a layer that passes
   * on what it gets.
   *
   * @param index the place of its first layer, which names its random numbers
   * @param variables of its first layer, in the order of {@link Layer#variables}, at their places
   *     in the flat vector
   */
  List<Operation> bind(int index, Shape input, List<Variable> variables);

  /** What its outputs add to the loss; nothing for most layers. */
  default Regularizer activityRegularizer() {
    return Regularizer.NONE;
  }

  /** One computation of what this one and {@code next} do, if that is faster. */
  default Optional<Computation> fused(Layer next) {
    return Optional.empty();
  }
}
