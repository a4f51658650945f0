package org.epochflow.model.nn.layer.pooling;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.kernel.Pooling;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.core.Sizes;

/** What the layers have in common that pool a whole image into one value per channel. */
final class WholeImage {
  private static final String KEEP_DIMENSIONS = "keepdims";

  private WholeImage() {}

  static Shape output(String layer, boolean keepDimensions, Shape input) {
    Sizes.requireImages(layer, input);
    return keepDimensions ? Shape.of(1, 1, input.channels()) : Shape.of(input.channels());
  }

  static Pooling sizes(Shape input) {
    int height = input.height();
    int width = input.width();
    return new Pooling(height, width, input.channels(), height, width, 1, 1, 0, 0, 1, 1);
  }

  static void write(ObjectNode config, boolean keepDimensions) {
    config.put("data_format", "channels_last").put(KEEP_DIMENSIONS, keepDimensions);
  }

  static boolean readKeepDimensions(JsonObject config) throws ModelFormatException {
    KerasJson.requireChannelsLast(config);
    config.expect(KEEP_DIMENSIONS, "true", "false");
    return config.node().path(KEEP_DIMENSIONS).asBoolean();
  }
}
