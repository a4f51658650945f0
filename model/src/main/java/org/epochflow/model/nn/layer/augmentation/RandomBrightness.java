package org.epochflow.model.nn.layer.augmentation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Shape;

/**
 * {@code y = clip(x + f (high - low))}, with a factor f that is drawn for each image, and clipped
 * to the values from low to high.
 *
 * @param factor from -1, which makes an image black, to 1, which makes it white
 * @param valueRange low and high
 */
public record RandomBrightness(String name, Interval factor, Interval valueRange)
    implements Augmentation {
  /** Keras's default; for a contrast, its earlier versions know no other and no setting of it. */
  private static final Interval BYTES = new Interval(0, 255);

  public RandomBrightness {
    factor.require(name, "factor", -1, 1);
    valueRange.requireFinite(name, "value_range");
  }

  @Override
  public Transform drawn(Shape input, long stream) {
    float range = (float) (valueRange.upper() - valueRange.lower());
    return new Brightness(factor.draw(0, stream, 0) * range, valueRange, input);
  }

  @Override
  public void write(ObjectNode config) {
    factor.write(config, "factor");
    writeRange(config, valueRange);
  }

  public static RandomBrightness read(JsonObject config) throws ModelFormatException {
    config.expect("data_format", "\"channels_last\"", "null");
    return new RandomBrightness(
        config.text("name"), Interval.read(config, "factor", Interval::around0), readRange(config));
  }

  /** Writes the range of an image's values, unless it is Keras's default, and the seed. */
  static void writeRange(ObjectNode config, Interval valueRange) {
    if (!valueRange.equals(BYTES)) {
      valueRange.write(config, "value_range");
    }
    config.putNull("seed");
  }

  /** The range of an image's values. */
  static Interval readRange(JsonObject config) throws ModelFormatException {
    if (config.has("value_range") && !config.node().path("value_range").isArray()) {
      throw config.fault("value_range", "two numbers");
    }
    return Interval.readOr(config, "value_range", Interval::from0, BYTES);
  }

  /** A sum, drawn. */
  public record Brightness(float added, Interval valueRange, Shape image) implements Transform {
    @Override
    public void apply(float[] x, int xAt, float[] y, int yAt) {
      float low = (float) valueRange.lower();
      float high = (float) valueRange.upper();
      int size = image.size();
      for (int i = 0; i < size; i++) {
        y[yAt + i] = Math.min(Math.max(x[xAt + i] + added, low), high);
      }
    }

    @Override
    public void gradient(float[] x, int xAt, float[] dy, int dyAt, float[] dx, int dxAt) {
      for (int i = 0; i < image.size(); i++) {
        dx[dxAt + i] = dy[dyAt + i] * valueRange.slope(x[xAt + i] + added);
      }
    }
  }
}
