package org.epochflow.model.nn.layer.reshaping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.Locale;
import java.util.stream.IntStream;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.core.Sizes;

/** Rows and columns around an image. */
public record Borders(int top, int bottom, int left, int right) implements Serializable {
  /** Refuses numbers below 0, in the name of a layer's setting. */
  void require(String layer, String setting) {
    int least = IntStream.of(top, bottom, left, right).min().orElseThrow();
    if (least < 0) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT, "Layer %s: expected %s of 0 or more, found %d", layer, setting, least));
    }
  }

  boolean isEmpty() {
    return equals(new Borders(0, 0, 0, 0));
  }

  /** The image with the borders around it. */
  Shape around(String layer, Shape image) {
    return Shape.of(
        Sizes.length(layer, (long) image.height() + top + bottom),
        Sizes.length(layer, (long) image.width() + left + right),
        image.channels());
  }

  /** The image without the borders in it. */
  Shape within(String layer, Shape image) {
    long height = (long) image.height() - top - bottom;
    long width = (long) image.width() - left - right;
    if (height < 1 || width < 1) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT,
              "Layer %s: expected an input of at least (%d, %d), found %s",
              layer,
              1L + top + bottom,
              1L + left + right,
              image));
    }
    return Shape.of((int) height, (int) width, image.channels());
  }

  void write(ObjectNode config, String name) {
    config.putArray(name).add(KerasJson.pair(top, bottom)).add(KerasJson.pair(left, right));
  }

  /** Reads {@code 1}, {@code [1, 2]} for rows and columns, or {@code [[1, 2], [3, 4]]}. */
  static Borders read(JsonObject config, String name, int otherwise) throws ModelFormatException {
    KerasJson.requireChannelsLast(config);
    JsonNode value = config.node().path(name);
    if (value.isMissingNode()) {
      return new Borders(otherwise, otherwise, otherwise, otherwise);
    }
    boolean two = value.isArray() && value.size() == 2;
    int[] rows = pair(two ? value.get(0) : value, config, name);
    int[] columns = pair(two ? value.get(1) : value, config, name);
    return new Borders(rows[0], rows[1], columns[0], columns[1]);
  }

  private static int[] pair(JsonNode value, JsonObject config, String name)
      throws ModelFormatException {
    JsonNode first = value.isArray() && value.size() == 2 ? value.get(0) : value;
    JsonNode second = value.isArray() && value.size() == 2 ? value.get(1) : value;
    if (!first.isInt() || !second.isInt()) {
      throw config.fault(name, "a whole number, two, or two pairs");
    }
    return new int[] {first.intValue(), second.intValue()};
  }
}
