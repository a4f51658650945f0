package org.epochflow.model.nn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.random.CounterRandom;

/** What a variable starts from, by Keras's names and formulas. */
public enum Initializer {
  ZEROS("Zeros", false) {
    @Override
    void fill(float[] w, Variable variable, long key) {}
  },

  ONES("Ones", false) {
    @Override
    void fill(float[] w, Variable variable, long key) {
      Arrays.fill(w, variable.offset(), variable.end(), 1f);
    }
  },

  /**
   * U(-l, l) with {@code l = sqrt(6 / (fanIn + fanOut))}, a convolution's fans multiplied by its
   * kernel's area.
   */
  GLOROT_UNIFORM("GlorotUniform", true) {
    @Override
    void fill(float[] w, Variable variable, long key) {
      double limit = limit(variable.dimensions());
      for (int p = 0; p < variable.size(); p++) {
        w[variable.offset() + p] = (float) ((2.0 * CounterRandom.uniform(key, p) - 1) * limit);
      }
    }

    @Override
    ObjectNode settings() {
      return Json.object().putNull("seed");
    }
  };

  private final String kerasClass;
  private final boolean random;

  Initializer(String kerasClass, boolean random) {
    this.kerasClass = kerasClass;
    this.random = random;
  }

  /** Whether it draws numbers, by a key of its own for each variable. */
  boolean isRandom() {
    return random;
  }

  /** Writes the variable's first values to its place in {@code w}, which is zero there. */
  abstract void fill(float[] w, Variable variable, long key);

  ObjectNode settings() {
    return Json.object();
  }

  /** As Keras writes it in a layer's settings. */
  public ObjectNode json() {
    return KerasJson.object("keras.initializers", kerasClass, settings());
  }

  /** The initializer in a layer's settings, by its class; {@code missing} where there is none. */
  public static Initializer read(JsonObject config, String setting, Initializer missing)
      throws ModelFormatException {
    if (!config.has(setting)) {
      return missing;
    }
    String name = config.object(setting).text("class_name");
    for (Initializer initializer : values()) {
      if (initializer.kerasClass.equals(name)) {
        return initializer;
      }
    }
    throw config.fault(
        setting,
        Arrays.stream(values()).map(each -> each.kerasClass).collect(Collectors.joining(" or ")));
  }

  /** The bound l for a kernel of these dimensions, (in, out) last. */
  static double limit(List<Integer> dimensions) {
    int rank = dimensions.size();
    int area = dimensions.subList(0, rank - 2).stream().reduce(1, Math::multiplyExact);
    return Math.sqrt(6.0 / (area * (double) (dimensions.get(rank - 2) + dimensions.get(rank - 1))));
  }
}
