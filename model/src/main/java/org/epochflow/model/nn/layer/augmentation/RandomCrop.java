package org.epochflow.model.nn.layer.augmentation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.core.Sizes;
import org.epochflow.model.random.CounterRandom;

/**
 * While training, a window of {@code height x width} pixels of each image, at a place that is drawn
 * for it; Keras draws one place for a whole batch. Otherwise, and of images that are not larger
 * both ways, the largest window of that ratio in the middle, made as large as the window by
 * bilinear interpolation. That is what Keras documents; Keras 3.8 to 3.15 return the whole image
 * where they do not train, which no layer after it expects.
 */
public record RandomCrop(String name, int height, int width) implements Augmentation {
  public RandomCrop {
    Sizes.requireAtLeastOne(name, "height", height);
    Sizes.requireAtLeastOne(name, "width", width);
  }

  @Override
  public Shape output(Shape input) {
    Sizes.requireImages(name, input);
    Window middle = middle(input);
    int rows = Math.min(height, input.height() - middle.top);
    int columns = Math.min(width, input.width() - middle.left);
    if (!isLarger(input) && (rows != middle.height || columns != middle.width)) {
      // Here Keras stretches what it cuts out, of another ratio.
      throw new ArchitectureException(
          String.format(
              Locale.ROOT,
              "Layer %s: expected images larger than (%d, %d), or of its ratio, found %s",
              name,
              height,
              width,
              input));
    }
    return Shape.of(height, width, input.channels());
  }

  @Override
  public boolean isIdentity() {
    return false;
  }

  @Override
  public Transform drawn(Shape input, long stream) {
    return isLarger(input)
        ? window(
            (int) (CounterRandom.uniform(stream, 0) * (input.height() - height + 1)),
            (int) (CounterRandom.uniform(stream, 1) * (input.width() - width + 1)),
            input)
        : middle(input);
  }

  private boolean isLarger(Shape input) {
    return input.height() > height && input.width() > width;
  }

  /** The window from a row and a column on. */
  public Window window(int top, int left, Shape input) {
    return new Window(top, left, height, width, input, height, width);
  }

  @Override
  public Optional<Transform> still(Shape input) {
    return Optional.of(middle(input));
  }

  private Window middle(Shape input) {
    int rows = (int) ((double) ((long) input.width() * height) / width);
    int columns = (int) ((double) ((long) input.height() * width) / height);
    int windowHeight = Math.max(Math.min(input.height(), rows), 1);
    int windowWidth = Math.max(Math.min(input.width(), columns), 1);
    return new Window(
        (input.height() - windowHeight) / 2,
        (input.width() - windowWidth) / 2,
        windowHeight,
        windowWidth,
        input,
        height,
        width);
  }

  @Override
  public void write(ObjectNode config) {
    config.put("height", height).put("width", width).putNull("seed");
    config.put("data_format", "channels_last");
  }

  public static RandomCrop read(JsonObject config) throws ModelFormatException {
    config.expect("data_format", "\"channels_last\"", "null");
    return new RandomCrop(config.text("name"), config.integer("height"), config.integer("width"));
  }

  /**
   * A window of an image, made {@code outputHeight x outputWidth} pixels large: the pixel at {@code
   * i} is read at {@code (i + 1/2) height / outputHeight - 1/2}, bilinearly, and of two pixels
   * where the window ends the one inside.
   */
  public record Window(
      int top, int left, int height, int width, Shape image, int outputHeight, int outputWidth)
      implements Transform {
    @Override
    public void apply(float[] x, int xAt, float[] y, int yAt) {
      int channels = image.channels();
      int at = yAt;
      for (int i = 0; i < outputHeight; i++) {
        float row = place(i, height, outputHeight);
        for (int j = 0; j < outputWidth; j++, at += channels) {
          float column = place(j, width, outputWidth);
          float right = share(column);
          for (int c = 0; c < channels; c++) {
            float upper = mean(x, xAt + c, low(row), column, right);
            float lower = mean(x, xAt + c, high(row, height), column, right);
            y[at + c] = upper + (lower - upper) * share(row);
          }
        }
      }
    }

    private float mean(float[] x, int xAt, int row, float column, float right) {
      float before = x[xAt + at(row, low(column))];
      float after = x[xAt + at(row, high(column, width))];
      return before + (after - before) * right;
    }

    private int at(int row, int column) {
      return ((top + row) * image.width() + left + column) * image.channels();
    }

    private static float place(int i, int from, int to) {
      return (i + 0.5f) * ((float) from / to) - 0.5f;
    }

    private static float share(float place) {
      return place - (float) Math.floor(place);
    }

    private static int low(float place) {
      return Math.max((int) Math.floor(place), 0);
    }

    private static int high(float place, int length) {
      return Math.min((int) Math.floor(place) + 1, length - 1);
    }

    @Override
    public void gradient(float[] x, int xAt, float[] dy, int dyAt, float[] dx, int dxAt) {
      Arrays.fill(dx, dxAt, dxAt + image.size(), 0);
      int channels = image.channels();
      int at = dyAt;
      for (int i = 0; i < outputHeight; i++) {
        float row = place(i, height, outputHeight);
        for (int j = 0; j < outputWidth; j++, at += channels) {
          float column = place(j, width, outputWidth);
          for (int c = 0; c < channels; c++) {
            float lower = dy[at + c] * share(row);
            add(dy[at + c] - lower, dx, dxAt + c, low(row), column);
            add(lower, dx, dxAt + c, high(row, height), column);
          }
        }
      }
    }

    private void add(float dy, float[] dx, int dxAt, int row, float column) {
      float after = dy * share(column);
      dx[dxAt + at(row, low(column))] += dy - after;
      dx[dxAt + at(row, high(column, width))] += after;
    }
  }
}
