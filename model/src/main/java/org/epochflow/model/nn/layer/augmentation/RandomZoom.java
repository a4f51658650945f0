package org.epochflow.model.nn.layer.augmentation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Makes each image larger or smaller about its centre: of {@code 1 + factor} times its height and
 * width is made one, both factors drawn. So it is smaller above 0.
 *
 * @param heightFactor above -1, at most 1
 * @param widthFactor likewise; null for the factor of the height, so that the ratio stays
 */
public record RandomZoom(
    String name, Interval heightFactor, @Nullable Interval widthFactor, Sampling sampling)
    implements Augmentation {
  public RandomZoom {
    require(name, "height_factor", heightFactor);
    if (widthFactor != null) {
      require(name, "width_factor", widthFactor);
    }
    sampling.requireFinite(name);
  }

  private static void require(String name, String setting, Interval factor) {
    factor.require(name, setting, -1, 1);
    if (factor.lower() == -1) {
      throw new ArchitectureException(
          "Layer %s: expected %s above -1, found (%s, %s)"
              .formatted(name, setting, factor.lower(), factor.upper()));
    }
  }

  @Override
  public Transform drawn(Shape input, long stream) {
    float height = heightFactor.draw(1, stream, 0);
    return zoomed(height, widthFactor == null ? height : widthFactor.draw(1, stream, 1), input);
  }

  /** So many times the height and width of the image as one. */
  public Affine zoomed(float height, float width, Shape image) {
    return new Affine(
        width,
        0,
        (image.width() - 1) / 2f * (1 - width),
        0,
        height,
        (image.height() - 1) / 2f * (1 - height),
        sampling,
        image);
  }

  @Override
  public void write(ObjectNode config) {
    heightFactor.write(config, "height_factor");
    if (widthFactor == null) {
      config.putNull("width_factor");
    } else {
      widthFactor.write(config, "width_factor");
    }
    sampling.write(config);
  }

  public static RandomZoom read(JsonObject config) throws ModelFormatException {
    return new RandomZoom(
        config.text("name"),
        Interval.read(config, "height_factor", Interval::around0),
        config.has("width_factor")
            ? Interval.read(config, "width_factor", Interval::around0)
            : null,
        Sampling.read(config));
  }
}
