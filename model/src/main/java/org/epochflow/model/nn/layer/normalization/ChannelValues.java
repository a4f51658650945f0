package org.epochflow.model.nn.layer.normalization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;

/** Numbers in a layer's settings: one for all channels, or one for each. */
public record ChannelValues(List<Double> values) implements Serializable {
  public ChannelValues {
    values = List.copyOf(values);
  }

  /** One for all channels. */
  public static ChannelValues of(double value) {
    return new ChannelValues(List.of(value));
  }

  /** A number, a list of them, or either as Keras writes an array of NumPy. */
  static ChannelValues read(JsonObject config, String setting) throws ModelFormatException {
    JsonNode value = config.node().path(setting);
    if (value.isNumber()) {
      return of(value.doubleValue());
    }
    if (value.isObject()) {
      return read(config.object(setting).object("config"), "value");
    }
    List<Double> values = new ArrayList<>();
    for (JsonNode each : config.list(setting)) {
      if (!each.isNumber()) {
        throw config.fault(setting, "a number or a list of numbers");
      }
      values.add(each.doubleValue());
    }
    if (values.isEmpty()) {
      throw config.fault(setting, "a number or a list of numbers");
    }
    return new ChannelValues(values);
  }

  /** Writes what {@link #read} reads: a number if it is one. */
  void write(ObjectNode config, String setting) {
    if (values.size() == 1) {
      config.set(setting, Json.number(values.get(0)));
    } else {
      values.forEach(config.putArray(setting)::add);
    }
  }

  /** Refuses any other number of them than one and {@code channels}. */
  void requireOneOr(int channels, String layer, String setting) {
    if (values.size() != 1 && values.size() != channels) {
      throw new ArchitectureException(
          "Layer %s: expected 1 or %s values as %s, found %s"
              .formatted(layer, channels, setting, values.size()));
    }
  }

  double at(int channel) {
    return values.get(values.size() == 1 ? 0 : channel);
  }
}
