package org.epochflow.model.nn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.Serializable;
import java.util.Locale;
import java.util.Set;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.parallel.PieceSums;

/**
 * What large values cost, by Keras's formula: {@code l1 sum |x| + l2 sum x^2}, which is added to
 * the loss. Its gradient is {@code l1 sign(x) + 2 l2 x}, where the sign of 0 is 0.
 *
 * <p>Of a layer's variable it is added once to the mean loss of a batch, while the variable trains.
 * Of a layer's outputs it is divided by the number of examples: each example adds that of its own
 * outputs to its own loss.
 *
 * <p>Example: {@code new Regularizer(0, 1e-4)} is Keras's {@code L2(1e-4)}.
 *
 * @param l1 0 or more
 * @param l2 0 or more
 */
public record Regularizer(double l1, double l2) implements Serializable {
  /** Nothing is added. */
  public static final Regularizer NONE = new Regularizer(0, 0);

  private static final String L1 = "l1";
  private static final String L2 = "l2";

  /** Keras's factor where a regularizer of one kind has none. */
  private static final double DEFAULT = 0.01;

  public Regularizer {
    if (!(l1 >= 0 && l2 >= 0 && Double.isFinite(l1 + l2))) {
      throw new ArchitectureException(
          "Expected l1 and l2 of 0 or more, found %s and %s".formatted(l1, l2));
    }
  }

  /** Whether nothing is added. */
  public boolean isNone() {
    return l1 == 0 && l2 == 0;
  }

  /** The same with another factor of the squares. */
  public Regularizer withL2(double factor) {
    return new Regularizer(l1, factor);
  }

  /**
   * Reads a layer's setting; {@link #NONE} where it is missing or null. Keras 3 writes {@code
   * {"class_name": "L2", "config": {"l2": 0.01}}}, Keras 1 {@code {"name": "L1L2", "l1": 0, "l2":
   * 0.01}}, and a name alone has Keras's factors.
   */
  public static Regularizer read(JsonObject config, String field) throws ModelFormatException {
    if (!config.has(field)) {
      return NONE;
    }
    JsonNode written = config.node().get(field);
    if (written.isTextual()) {
      return read(written.textValue(), new JsonObject(Json.object(), config.place()), field);
    }
    JsonObject object = new JsonObject(config.object(field).node(), config.place());
    if (object.has("name") && !object.has("class_name")) {
      String name = object.text("name");
      boolean ofKeras1 = name.equals("WeightRegularizer") || name.equals("ActivityRegularizer");
      return read(ofKeras1 ? "L1L2" : name, object, field);
    }
    String name = object.text("class_name");
    object.expect("registered_name", "null", '"' + name + '"');
    JsonNode settings = object.has("config") ? object.object("config").node() : Json.object();
    return read(name, new JsonObject(settings, config.place()), field);
  }

  private static Regularizer read(String name, JsonObject settings, String field)
      throws ModelFormatException {
    settings.only(Set.of("name", L1, L2));
    return switch (name) {
      case "L1", L1 -> new Regularizer(factor(settings, L1, DEFAULT), 0);
      case "L2", L2 -> new Regularizer(0, factor(settings, L2, DEFAULT));
      case "l1_l2", "l1l2" ->
          new Regularizer(factor(settings, L1, DEFAULT), factor(settings, L2, DEFAULT));
      case "L1L2" -> new Regularizer(factor(settings, L1, 0), factor(settings, L2, 0));
      default ->
          throw ModelFormatException.expected(
              "L1, L2 or L1L2 as " + field, TextNode.valueOf(name), settings.place());
    };
  }

  private static double factor(JsonObject settings, String name, double otherwise)
      throws ModelFormatException {
    double factor = settings.has(name) ? settings.number(name) : otherwise;
    if (!(factor >= 0 && Double.isFinite(factor))) {
      throw settings.fault(name, "a number of 0 or more");
    }
    return factor;
  }

  /** Writes a layer's setting as Keras 3 does: L1, L2 or L1L2, or null. */
  public void write(ObjectNode config, String field) {
    if (isNone()) {
      config.putNull(field);
      return;
    }
    ObjectNode settings = Json.object();
    if (l1 > 0) {
      settings.put(L1, l1);
    }
    if (l2 > 0) {
      settings.put(L2, l2);
    }
    String name = (l1 > 0 ? L1 : "") + (l2 > 0 ? L2 : "");
    config.set(
        field, KerasJson.object("keras.regularizers", name.toUpperCase(Locale.ROOT), settings));
  }

  /** What is added for the values from {@code from} to {@code to}, exclusive; summed in float64. */
  double penalty(float[] x, int from, int to) {
    double magnitudes = l1 == 0 ? 0 : l1 * magnitudes(x, from, to);
    return l2 == 0 ? magnitudes : magnitudes + l2 * PieceSums.squares(x, from, to);
  }

  /** As the squares are summed. */
  private static double magnitudes(float[] x, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 4 <= to; i += 4) {
      a += Math.abs(x[i]);
      b += Math.abs(x[i + 1]);
      c += Math.abs(x[i + 2]);
      d += Math.abs(x[i + 3]);
    }
    for (; i < to; i++) {
      a += Math.abs(x[i]);
    }
    return a + b + (c + d);
  }

  /** Adds the gradient for these values, times {@code scale}, to {@code gradient} from there on. */
  void addGradient(float[] x, int from, int to, float scale, float[] gradient) {
    float ofSquare = (float) (2 * l2 * scale);
    if (l1 == 0) {
      for (int i = from; i < to; i++) {
        gradient[i] += ofSquare * x[i];
      }
      return;
    }
    float ofMagnitude = (float) (l1 * scale);
    for (int i = from; i < to; i++) {
      gradient[i] += ofMagnitude * Math.signum(x[i]) + ofSquare * x[i];
    }
  }
}
