package org.epochflow.model.nn.layer.augmentation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;

/**
 * How a geometric transform reads an image between its pixels and outside of it.
 *
 * @param fillValue what stands around the image where the mode is {@code CONSTANT}
 */
public record Sampling(FillMode fillMode, Interpolation interpolation, double fillValue)
    implements Serializable {
  /** Keras's defaults. */
  public static final Sampling DEFAULT = new Sampling(FillMode.REFLECT, Interpolation.BILINEAR, 0);

  /** What is between the pixels. */
  public enum Interpolation {
    /** The nearest pixel; of two equally near, the one farther from 0. */
    NEAREST,
    /** The weighted mean of the four around. */
    BILINEAR
  }

  /** What is outside of the image {@code a b c d}. */
  public enum FillMode {
    /** {@code k k k k | a b c d | k k k k}. */
    CONSTANT {
      @Override
      float inside(float at, int length) {
        return at;
      }
    },

    /** {@code a a a a | a b c d | d d d d}. */
    NEAREST {
      @Override
      float inside(float at, int length) {
        return clamp(at, length);
      }
    },

    /** {@code d c b a | a b c d | d c b a}. */
    REFLECT {
      @Override
      float inside(float at, int length) {
        int period = 2 * length;
        float within = at - period * (int) (at / period);
        if (within < 0) {
          within = within < -length ? within + period : -within - 1;
        } else if (within >= length) {
          within = period - within - 1;
        }
        return clamp(within, length);
      }
    },

    /** {@code a b c d | a b c d | a b c d}. */
    WRAP {
      @Override
      float inside(float at, int length) {
        int last = length - 1;
        if (last == 0) {
          return 0;
        } else if (at < 0) {
          return clamp(at + length * ((int) (-at / last) + 1), length);
        }
        return clamp(at - length * (int) (at / last), length);
      }
    };

    /** The place in 0 to {@code length - 1} whose value stands at a place outside of it. */
    abstract float inside(float at, int length);

    private static float clamp(float at, int length) {
      return Math.min(Math.max(at, 0), length - 1);
    }
  }

  /** Refuses a value that is not finite. */
  void requireFinite(String layer) {
    if (!(Math.abs(fillValue) <= Float.MAX_VALUE)) {
      throw new ArchitectureException(
          "Layer %s: expected a finite fill_value, found %s".formatted(layer, fillValue));
    }
  }

  /** The place to read for a place anywhere, along a side of this length. */
  float place(float at, int length) {
    float place = at >= 0 && at <= length - 1 ? at : fillMode.inside(at, length);
    return interpolation == Interpolation.NEAREST ? rounded(place) : place;
  }

  /** To the nearest whole number; halves away from 0. */
  private static float rounded(float value) {
    int whole = (int) value;
    float left = value - whole;
    return left >= 0.5f ? whole + 1 : left <= -0.5f ? whole - 1 : whole;
  }

  void write(ObjectNode config) {
    config.put("fill_mode", JsonObject.spell(fillMode));
    config.put("interpolation", JsonObject.spell(interpolation)).putNull("seed");
    config.put("fill_value", fillValue).put("data_format", "channels_last");
  }

  static Sampling read(JsonObject config) throws ModelFormatException {
    config.expect("data_format", "\"channels_last\"", "null");
    return new Sampling(
        config.has("fill_mode")
            ? config.constant("fill_mode", FillMode.values())
            : DEFAULT.fillMode,
        config.has("interpolation")
            ? config.constant("interpolation", Interpolation.values())
            : DEFAULT.interpolation,
        config.has("fill_value") ? config.number("fill_value") : DEFAULT.fillValue);
  }
}
