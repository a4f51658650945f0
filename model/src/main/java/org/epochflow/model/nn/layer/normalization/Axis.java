package org.epochflow.model.nn.layer.normalization;

import com.fasterxml.jackson.databind.JsonNode;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Shape;

/** The setting {@code axis}: -1 for the last, or the last's number, where the batch is number 0. */
final class Axis {
  static final int LAST = -1;
  static final String SETTING = "axis";

  private Axis() {}

  /** A number, or a list of one. */
  static int read(JsonObject config) throws ModelFormatException {
    if (!config.has(SETTING)) {
      return LAST;
    }
    JsonNode axis = config.node().get(SETTING);
    return axis.size() == 1 && axis.get(0).isInt()
        ? axis.get(0).intValue()
        : config.integer(SETTING);
  }

  static void requireLast(String layer, int axis, Shape input) {
    int rank = input.dimensions().size();
    if (axis != LAST && axis != rank) {
      throw new ArchitectureException(
          "Layer %s: expected the last axis, -1 or %s, found %s".formatted(layer, rank, axis));
    }
  }
}
