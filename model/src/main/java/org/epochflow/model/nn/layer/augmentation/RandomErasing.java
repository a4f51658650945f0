package org.epochflow.model.nn.layer.augmentation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.core.Sizes;
import org.epochflow.model.random.CounterRandom;

/**
 * Erases a rectangle of some images (Zhong et al., 2017, "Random erasing data augmentation",
 * arXiv:1708.04896). Its height is the root of a drawn number times the image's, and so is its
 * width; it is anywhere inside.
 *
 * @param factor the probability to erase, itself drawn for each image. One number p is Keras's (0,
 *     p), so that p/2 of the images are erased
 * @param scale what the numbers of both sides are drawn from
 * @param fillValues what stands in the rectangle: one number, or one for each of three channels;
 *     none for noise, normal with a deviation of the range's upper end. Clipped to the range
 * @param valueRange of an image's values
 */
public record RandomErasing(
    String name, Interval factor, Interval scale, List<Double> fillValues, Interval valueRange)
    implements Augmentation {
  private static final Interval DEFAULT_FACTOR = new Interval(0, 1);
  private static final Interval DEFAULT_SCALE = new Interval(0.02, 0.33);
  private static final int CHANNELS = 3;

  /** Places in an image's stream before those of the noise. */
  private static final int FIRST_NOISE = 6;

  public RandomErasing {
    fillValues = List.copyOf(fillValues);
    factor.require(name, "factor", 0, 1);
    scale.require(name, "scale", 0, 1);
    valueRange.requireFinite(name, "value_range");
    if ((fillValues.size() > 1 && fillValues.size() != CHANNELS)
        || !fillValues.stream().allMatch(Double::isFinite)) {
      throw new ArchitectureException(
          "Layer %s: expected a number as fill_value, or three, or null, found %s"
              .formatted(name, fillValues));
    }
  }

  @Override
  public Shape output(Shape input) {
    Sizes.requireImages(name, input);
    if (fillValues.size() > 1 && input.channels() != CHANNELS) {
      throw new ArchitectureException(
          "Layer %s: expected images of three channels, as fill_value has, found %s"
              .formatted(name, input));
    }
    return input;
  }

  @Override
  public Transform drawn(Shape input, long stream) {
    float columns = side(input.width(), stream, 0);
    float rows = side(input.height(), stream, 1);
    float left = CounterRandom.uniform(stream, 2) * (input.width() - columns);
    float top = CounterRandom.uniform(stream, 3) * (input.height() - rows);
    boolean erases = CounterRandom.uniform(stream, 5) < factor.draw(0, stream, 4);
    return erases
        ? rectangle(top, left, top + rows, left + columns, input, stream)
        : rectangle(0, 0, 0, 0, input, stream);
  }

  private float side(int length, long stream, int place) {
    return (float) Math.sqrt(scale.draw(0, stream, place)) * length;
  }

  /** The pixels from a place on, and before another. */
  public Rectangle rectangle(
      float top, float left, float bottom, float right, Shape image, long stream) {
    return new Rectangle(
        (int) Math.ceil(top),
        (int) Math.ceil(left),
        Math.min((int) Math.ceil(bottom), image.height()),
        Math.min((int) Math.ceil(right), image.width()),
        this,
        image,
        stream);
  }

  @Override
  public void write(ObjectNode config) {
    factor.write(config, "factor");
    scale.write(config, "scale");
    if (fillValues.isEmpty()) {
      config.putNull("fill_value");
    } else if (fillValues.size() == 1) {
      config.put("fill_value", fillValues.get(0));
    } else {
      ArrayNode values = config.putArray("fill_value");
      fillValues.forEach(values::add);
    }
    RandomBrightness.writeRange(config, valueRange);
  }

  public static RandomErasing read(JsonObject config) throws ModelFormatException {
    config.expect("data_format", "\"channels_last\"", "null");
    return new RandomErasing(
        config.text("name"),
        Interval.readOr(config, "factor", Interval::from0, DEFAULT_FACTOR),
        Interval.readOr(config, "scale", Interval::from0, DEFAULT_SCALE),
        fillValues(config),
        RandomBrightness.readRange(config));
  }

  private static List<Double> fillValues(JsonObject config) throws ModelFormatException {
    if (!config.has("fill_value")) {
      return List.of();
    }
    JsonNode value = config.node().path("fill_value");
    List<Double> values = new ArrayList<>();
    for (JsonNode each : value.isArray() ? value : List.of(value)) {
      if (!each.isNumber()) {
        throw config.fault("fill_value", "a number, or three, or null");
      }
      values.add(each.doubleValue());
    }
    if (values.size() != (value.isArray() ? CHANNELS : 1)) {
      throw config.fault("fill_value", "a number, or three, or null");
    }
    return values;
  }

  /**
   * The image with the pixels from {@code (top, left)} to before {@code (bottom, right)} erased.
   *
   * @param stream names the noise
   */
  public record Rectangle(
      int top, int left, int bottom, int right, RandomErasing layer, Shape image, long stream)
      implements Transform {
    @Override
    public void apply(float[] x, int xAt, float[] y, int yAt) {
      System.arraycopy(x, xAt, y, yAt, image.size());
      int channels = image.channels();
      for (int i = top; i < bottom; i++) {
        int row = i * image.width();
        for (int at = (row + left) * channels; at < (row + right) * channels; at++) {
          y[yAt + at] = layer.valueRange.clip(value(at));
        }
      }
    }

    private float value(int at) {
      return switch (layer.fillValues.size()) {
        case 0 -> normal(at) * (float) layer.valueRange.upper();
        case 1 -> layer.fillValues.get(0).floatValue();
        default -> layer.fillValues.get(at % CHANNELS).floatValue();
      };
    }

    /** A normal number for each value of an image: Box and Muller's. */
    private float normal(int at) {
      double radius = 1 - CounterRandom.uniformDouble(stream, FIRST_NOISE + 2L * at);
      double angle = CounterRandom.uniformDouble(stream, FIRST_NOISE + 2L * at + 1);
      return (float) (Math.sqrt(-2 * StrictMath.log(radius)) * StrictMath.cos(2 * Math.PI * angle));
    }

    @Override
    public void gradient(float[] x, int xAt, float[] dy, int dyAt, float[] dx, int dxAt) {
      System.arraycopy(dy, dyAt, dx, dxAt, image.size());
      int channels = image.channels();
      for (int i = top; i < bottom; i++) {
        int row = dxAt + i * image.width() * channels;
        Arrays.fill(dx, row + left * channels, row + right * channels, 0);
      }
    }
  }
}
