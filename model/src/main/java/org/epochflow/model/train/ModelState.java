package org.epochflow.model.train;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A network's parameters and the state of what steps them. The arrays are owned by the state and
 * never changed.
 *
 * @param slots the vectors of the optimiser's state in its order, each as long as the parameters
 * @param step how many steps the optimiser has taken
 */
public record ModelState(float[] parameters, List<float[]> slots, long step) {
  public ModelState {
    slots = List.copyOf(slots);
    for (float[] slot : slots) {
      if (slot.length != parameters.length) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Expected state for each of %d parameters, found %d values",
                parameters.length,
                slot.length));
      }
    }
  }

  /** Parameters from which training starts: no steps, and slots of zeros. */
  public static ModelState startingFrom(float[] parameters, int slots) {
    return new ModelState(
        parameters,
        IntStream.range(0, slots).mapToObj(slot -> new float[parameters.length]).toList(),
        0);
  }

  /** A copy of the parameters and the first slots, whose arrays may be changed. */
  ModelState copy(int firstSlots) {
    return new ModelState(
        parameters.clone(), slots.stream().limit(firstSlots).map(float[]::clone).toList(), step);
  }

  /** Copies the parameters, and the slots that another state has, to the arrays of that state. */
  void copyTo(ModelState other) {
    System.arraycopy(parameters, 0, other.parameters, 0, parameters.length);
    for (int i = 0; i < other.slots.size(); i++) {
      System.arraycopy(slots.get(i), 0, other.slots.get(i), 0, parameters.length);
    }
  }
}
