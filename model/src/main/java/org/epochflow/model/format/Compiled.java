package org.epochflow.model.format;

import java.util.Optional;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.optim.schedule.Schedule;
import org.epochflow.model.train.ModelState;
import org.jspecify.annotations.Nullable;

/**
 * What Keras compiled a model with, as far as it is known here. It matters only to a training that
 * starts from the model, so a file whose optimizer or loss is unknown can still be read.
 *
 * @param recipe null where it is unknown
 * @param fault what is unknown; null where nothing is
 * @param labelSmoothing of its loss, 0 where that is unknown
 * @param lossFault what of its loss is unknown; null where nothing is
 */
public record Compiled(
    @Nullable Recipe recipe,
    @Nullable ModelFormatException fault,
    double labelSmoothing,
    @Nullable ModelFormatException lossFault) {
  /**
   * How Keras would train on.
   *
   * @param rate the rate, or where there is a schedule its peak
   * @param schedule its times in steps; empty if the rate is constant
   * @param state the parameters, the optimizer's state and its steps; empty before the first step
   */
  public record Recipe(
      Optimizer optimizer, double rate, Optional<Schedule> schedule, Optional<ModelState> state) {}

  /**
   * The label smoothing.
   *
   * @throws ModelFormatException saying what of the loss is unknown
   */
  public double knownLabelSmoothing() throws ModelFormatException {
    if (lossFault != null) {
      throw lossFault;
    }
    return labelSmoothing;
  }

  /**
   * The recipe.
   *
   * @throws ModelFormatException saying what of it is unknown
   */
  public Recipe known() throws ModelFormatException {
    if (recipe == null) {
      throw fault == null ? new ModelFormatException("Expected an optimizer, found none") : fault;
    }
    return recipe;
  }
}
