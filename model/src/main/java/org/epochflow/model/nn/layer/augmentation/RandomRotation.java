package org.epochflow.model.nn.layer.augmentation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Shape;

/**
 * Turns each image about its centre by an angle that is drawn.
 *
 * @param factor the angle as a share of a full circle, from -1 to 1; counter-clockwise above 0
 */
public record RandomRotation(String name, Interval factor, Sampling sampling)
    implements Augmentation {
  private static final float DEGREES = 360;
  private static final float RADIANS_OF_DEGREE = (float) (Math.PI / 180);

  public RandomRotation {
    factor.require(name, "factor", -1, 1);
    sampling.requireFinite(name);
  }

  @Override
  public Transform drawn(Shape input, long stream) {
    return turned(factor.draw(0, stream, 0) * DEGREES, input);
  }

  /** By so many degrees, about the point between the corner pixels. */
  public Affine turned(float degrees, Shape image) {
    double radians = degrees * RADIANS_OF_DEGREE;
    float cos = (float) StrictMath.cos(radians);
    float sin = (float) StrictMath.sin(radians);
    float column = 0.5f * (image.width() - 1);
    float row = 0.5f * (image.height() - 1);
    return new Affine(
        cos,
        -sin,
        column - column * cos - row * -sin,
        sin,
        cos,
        row - column * sin - row * cos,
        sampling,
        image);
  }

  @Override
  public void write(ObjectNode config) {
    factor.write(config, "factor");
    sampling.write(config);
  }

  public static RandomRotation read(JsonObject config) throws ModelFormatException {
    return new RandomRotation(
        config.text("name"),
        Interval.read(config, "factor", Interval::around0),
        Sampling.read(config));
  }
}
