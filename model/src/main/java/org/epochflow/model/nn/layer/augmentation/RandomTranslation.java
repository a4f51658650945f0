package org.epochflow.model.nn.layer.augmentation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Shape;

/**
 * Moves each image: down by a share of its height and right by a share of its width, both drawn.
 *
 * @param heightFactor of the height, from -1 to 1; below 0 it moves up
 * @param widthFactor of the width, likewise; below 0 it moves left
 */
public record RandomTranslation(
    String name, Interval heightFactor, Interval widthFactor, Sampling sampling)
    implements Augmentation {
  public RandomTranslation {
    heightFactor.require(name, "height_factor", -1, 1);
    widthFactor.require(name, "width_factor", -1, 1);
    sampling.requireFinite(name);
  }

  @Override
  public Transform drawn(Shape input, long stream) {
    return moved(
        heightFactor.draw(0, stream, 0) * input.height(),
        widthFactor.draw(0, stream, 1) * input.width(),
        input);
  }

  /** So many rows down and columns right. */
  public Affine moved(float rows, float columns, Shape image) {
    return new Affine(1, 0, -columns, 0, 1, -rows, sampling, image);
  }

  @Override
  public void write(ObjectNode config) {
    heightFactor.write(config, "height_factor");
    widthFactor.write(config, "width_factor");
    sampling.write(config);
  }

  public static RandomTranslation read(JsonObject config) throws ModelFormatException {
    return new RandomTranslation(
        config.text("name"),
        Interval.read(config, "height_factor", Interval::around0),
        Interval.read(config, "width_factor", Interval::around0),
        Sampling.read(config));
  }
}
