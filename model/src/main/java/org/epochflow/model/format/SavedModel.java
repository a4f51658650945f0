package org.epochflow.model.format;

import java.util.List;
import java.util.Optional;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.train.ClassNames;
import org.epochflow.model.train.TrainingState;

/**
 * What a {@code .keras} file holds.
 *
 * @param preprocessing the standard one where the file does not say, as in Keras's own
 * @param parameters in the order of {@link Architecture#variables}
 * @param state what training continues from; empty in a file that Keras wrote
 */
public record SavedModel(
    Architecture architecture,
    Preprocessing preprocessing,
    float[] parameters,
    Optional<TrainingState> state) {
  /** What its classes are called: their labels where the file does not say. */
  public List<String> classNames() {
    return state
        .map(known -> known.config().classNames())
        .orElseGet(() -> ClassNames.numbers(architecture.classes()));
  }

  /** The arithmetic that it was trained with: the best there is where the file does not say. */
  public String kernels() {
    return state.map(known -> known.config().kernels()).orElseGet(Kernels::auto);
  }
}
