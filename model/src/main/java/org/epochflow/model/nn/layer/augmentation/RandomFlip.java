package org.epochflow.model.nn.layer.augmentation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.random.CounterRandom;

/**
 * Mirrors one image in two. With {@code HORIZONTAL_AND_VERTICAL} the same images are mirrored both
 * ways, as in Keras, which turns them by half a circle.
 */
public record RandomFlip(String name, Mode mode) implements Augmentation {
  /** Which ways. */
  public enum Mode {
    /** Left becomes right. */
    HORIZONTAL,
    /** Top becomes bottom. */
    VERTICAL,
    /** Both. */
    HORIZONTAL_AND_VERTICAL;

    /** As Keras spells it. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Transform drawn(Shape input, long stream) {
    boolean flips = CounterRandom.uniform(stream, 0) < 0.5f;
    return new Mirror(flips && mode != Mode.VERTICAL, flips && mode != Mode.HORIZONTAL, input);
  }

  @Override
  public void write(ObjectNode config) {
    config.put("mode", mode.word()).putNull("seed");
  }

  public static RandomFlip read(JsonObject config) throws ModelFormatException {
    config.expect("data_format", "\"channels_last\"", "null");
    if (!config.has("mode")) {
      return new RandomFlip(config.text("name"), Mode.HORIZONTAL_AND_VERTICAL);
    }
    for (Mode mode : Mode.values()) {
      if (mode.word().equals(config.text("mode"))) {
        return new RandomFlip(config.text("name"), mode);
      }
    }
    throw config.fault("mode", "horizontal, vertical or horizontal_and_vertical");
  }

  /** The image, mirrored where it says so. */
  public record Mirror(boolean horizontal, boolean vertical, Shape image) implements Transform {
    @Override
    public void apply(float[] x, int xAt, float[] y, int yAt) {
      int channels = image.channels();
      int row = image.width() * channels;
      for (int i = 0; i < image.height(); i++) {
        int from = xAt + (vertical ? image.height() - 1 - i : i) * row;
        int to = yAt + i * row;
        if (!horizontal) {
          System.arraycopy(x, from, y, to, row);
        } else if (channels == 1) {
          for (int j = 0; j < row; j++) {
            y[to + j] = x[from + row - 1 - j];
          }
        } else {
          for (int j = 0; j < row; j += channels) {
            System.arraycopy(x, from + row - channels - j, y, to + j, channels);
          }
        }
      }
    }

    @Override
    public void gradient(float[] x, int xAt, float[] dy, int dyAt, float[] dx, int dxAt) {
      apply(dy, dyAt, dx, dxAt);
    }
  }
}
