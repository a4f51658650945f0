package org.epochflow.model.nn.layer.augmentation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Shape;

/**
 * {@code y = clip(mean + c (x - mean))}, with the mean of each channel of an image and a contrast c
 * that is drawn from {@code 1 - lower} to {@code 1 + upper}. One number as factor is Keras's (0,
 * number), which only adds contrast.
 *
 * @param factor lower and upper, from 0 to 1
 * @param valueRange to which values are clipped
 */
public record RandomContrast(String name, Interval factor, Interval valueRange)
    implements Augmentation {
  public RandomContrast {
    factor.require(name, "factor", 0, 1);
    valueRange.requireFinite(name, "value_range");
  }

  @Override
  public Transform drawn(Shape input, long stream) {
    Interval contrast = new Interval(-factor.lower(), factor.upper());
    return new Contrast(contrast.draw(1, stream, 0), valueRange, input);
  }

  @Override
  public void write(ObjectNode config) {
    factor.write(config, "factor");
    RandomBrightness.writeRange(config, valueRange);
  }

  public static RandomContrast read(JsonObject config) throws ModelFormatException {
    config.expect("data_format", "\"channels_last\"", "null");
    return new RandomContrast(
        config.text("name"),
        Interval.read(config, "factor", Interval::from0),
        RandomBrightness.readRange(config));
  }

  /** A contrast, drawn. */
  public record Contrast(float contrast, Interval valueRange, Shape image) implements Transform {
    @Override
    public void apply(float[] x, int xAt, float[] y, int yAt) {
      int channels = image.channels();
      int size = image.size();
      for (int c = 0; c < channels; c++) {
        float mean = mean(x, xAt + c);
        for (int i = c; i < size; i += channels) {
          y[yAt + i] = valueRange.clip((x[xAt + i] - mean) * contrast + mean);
        }
      }
    }

    /** Of the channel whose first value is at {@code from}. */
    private float mean(float[] values, int from) {
      int channels = image.channels();
      int pixels = image.size() / channels;
      double sum = 0;
      for (int i = 0; i < pixels; i++) {
        sum += values[from + i * channels];
      }
      return (float) (sum / pixels);
    }

    @Override
    public void gradient(float[] x, int xAt, float[] dy, int dyAt, float[] dx, int dxAt) {
      int channels = image.channels();
      int size = image.size();
      for (int c = 0; c < channels; c++) {
        float mean = mean(x, xAt + c);
        for (int i = c; i < size; i += channels) {
          float value = (x[xAt + i] - mean) * contrast + mean;
          dx[dxAt + i] = dy[dyAt + i] * valueRange.slope(value);
        }
        float ofMean = (1 - contrast) * mean(dx, dxAt + c);
        for (int i = c; i < size; i += channels) {
          dx[dxAt + i] = contrast * dx[dxAt + i] + ofMean;
        }
      }
    }
  }
}
