package org.epochflow.pipeline.data;

import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;

/** Refuses images that a network does not take; {@link Preprocessing#requireFit} has the rule. */
public final class Fit {
  private Fit() {}

  /**
   * Requires that a network takes images.
   *
   * @param network what the message calls it: {@code the model RUN/best_model.keras}
   * @param input the shape of its input
   * @throws BadDataException naming both shapes and the first file of images
   */
  public static void require(
      String network, Preprocessing preprocessing, Shape input, Records images)
      throws BadDataException {
    try {
      preprocessing.requireFit(network, input, images.image(), images.name());
    } catch (IllegalArgumentException e) {
      throw new BadDataException(String.valueOf(e.getMessage()));
    }
  }
}
