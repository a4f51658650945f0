package org.epochflow.model.nn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Initializer.Fan;
import org.epochflow.model.nn.Initializer.Law;
import org.jspecify.annotations.Nullable;

/** All initializers there are, by the names of Keras's classes, and their settings as JSON. */
final class InitializerJson {
  private static final String SCALING = "VarianceScaling";

  /** Each with its settings where Keras's object does not say them. */
  private static final Map<String, Initializer> KNOWN = new LinkedHashMap<>();

  /** Names that are not the class's in other letters. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "zero", "Zeros",
          "one", "Ones",
          "uniform", "RandomUniform",
          "normal", "RandomNormal",
          "orthogonalinitializer", "Orthogonal",
          "identityinitializer", "Identity");

  static {
    know("Zeros", Law.CONSTANT, null, 0, 0);
    know("Ones", Law.CONSTANT, null, 1, 0);
    know("Constant", Law.CONSTANT, null, 0, 0);
    know("RandomUniform", Law.UNIFORM, null, -0.05, 0.05);
    know("RandomNormal", Law.NORMAL, null, 0, 0.05);
    know("TruncatedNormal", Law.TRUNCATED_NORMAL, null, 0, 0.05);
    know(SCALING, Law.TRUNCATED_NORMAL, Fan.IN, 1, 0);
    know("GlorotUniform", Law.UNIFORM, Fan.AVG, 1, 0);
    know("GlorotNormal", Law.TRUNCATED_NORMAL, Fan.AVG, 1, 0);
    know("HeUniform", Law.UNIFORM, Fan.IN, 2, 0);
    know("HeNormal", Law.TRUNCATED_NORMAL, Fan.IN, 2, 0);
    know("LecunUniform", Law.UNIFORM, Fan.IN, 1, 0);
    know("LecunNormal", Law.TRUNCATED_NORMAL, Fan.IN, 1, 0);
    know("Orthogonal", Law.ORTHOGONAL, null, 1, 0);
    know("Identity", Law.IDENTITY, null, 1, 0);
  }

  private InitializerJson() {}

  private static void know(String type, Law law, @Nullable Fan fan, double first, double second) {
    KNOWN.put(type, new Initializer(type, law, fan, first, second));
  }

  static Initializer read(JsonObject config, String field) throws ModelFormatException {
    JsonNode written = config.node().get(field);
    boolean named = written.isTextual();
    JsonObject object =
        named ? new JsonObject(Json.object(), config.place()) : config.object(field);
    String name = named ? written.textValue() : object.text("class_name");
    object.expect("registered_name", "null", '"' + name + '"');
    String plain = name.replace("_", "").toLowerCase(Locale.ROOT);
    String type = OTHERS.getOrDefault(plain, plain);
    for (Initializer known : KNOWN.values()) {
      if (known.type().equalsIgnoreCase(type)) {
        boolean set = !named && object.has("config");
        return set ? withSettings(known, object.object("config")) : known;
      }
    }
    throw ModelFormatException.expected(
        "%s as %s".formatted(String.join(", ", KNOWN.keySet()), field),
        TextNode.valueOf(name),
        config.place());
  }

  private static Initializer withSettings(Initializer known, JsonObject config)
      throws ModelFormatException {
    config.expect("input_axes", "null");
    config.expect("output_axes", "null");
    String type = known.type();
    if (type.equals(SCALING)) {
      return scaling(known, config);
    }
    double first = known.first();
    double second = known.second();
    String[] settings = settings(known);
    if (settings.length > 0) {
      first = number(config, settings[0], first);
    }
    if (settings.length > 1) {
      second = number(config, settings[1], second);
    }
    return new Initializer(type, known.law(), known.fan(), first, second);
  }

  private static Initializer scaling(Initializer known, JsonObject config)
      throws ModelFormatException {
    double scale = number(config, "scale", known.first());
    if (!(scale > 0)) {
      throw config.fault("scale", "a number above 0");
    }
    Fan fan = Fan.IN;
    if (config.has("mode")) {
      fan =
          switch (config.text("mode")) {
            case "fan_in" -> Fan.IN;
            case "fan_out" -> Fan.OUT;
            case "fan_avg" -> Fan.AVG;
            default -> throw config.fault("mode", "fan_in, fan_out or fan_avg");
          };
    }
    Law law = known.law();
    if (config.has("distribution")) {
      law =
          switch (config.text("distribution").toLowerCase(Locale.ROOT)) {
            case "uniform" -> Law.UNIFORM;
            case "truncated_normal", "normal" -> Law.TRUNCATED_NORMAL;
            case "untruncated_normal" -> Law.NORMAL;
            default ->
                throw config.fault(
                    "distribution", "uniform, truncated_normal or untruncated_normal");
          };
    }
    return new Initializer(SCALING, law, fan, scale, 0);
  }

  private static double number(JsonObject config, String name, double otherwise)
      throws ModelFormatException {
    double value = config.node().has(name) ? config.number(name) : otherwise;
    if (!Double.isFinite(value)) {
      throw config.fault(name, "a finite number");
    }
    return value;
  }

  /** What Keras calls the numbers, without those that a class has for all. */
  private static String[] settings(Initializer initializer) {
    return switch (initializer.type()) {
      case "Constant" -> new String[] {"value"};
      case "RandomUniform" -> new String[] {"minval", "maxval"};
      case "RandomNormal", "TruncatedNormal" -> new String[] {"mean", "stddev"};
      case "Orthogonal", "Identity" -> new String[] {"gain"};
      default -> new String[] {};
    };
  }

  static ObjectNode write(Initializer initializer) {
    ObjectNode config = Json.object();
    if (initializer.isRandom()) {
      config.putNull("seed");
    }
    String[] settings = settings(initializer);
    // Keras itself loses the gain of an Identity, and writes none.
    if (settings.length > 0 && !initializer.equals(KNOWN.get("Identity"))) {
      config.put(settings[0], initializer.first());
    }
    if (settings.length > 1) {
      config.put(settings[1], initializer.second());
    }
    if (initializer.type().equals(SCALING) && initializer.fan() != null) {
      config.put("scale", initializer.first());
      config.put("mode", initializer.fan().kerasName());
      config.put(
          "distribution",
          initializer.law() == Law.NORMAL
              ? "untruncated_normal"
              : initializer.law().name().toLowerCase(Locale.ROOT));
    }
    return KerasJson.object("keras.initializers", initializer.type(), config);
  }
}
