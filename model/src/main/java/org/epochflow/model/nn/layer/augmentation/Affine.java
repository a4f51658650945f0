package org.epochflow.model.nn.layer.augmentation;

import java.util.Arrays;
import org.epochflow.model.nn.Shape;

/**
 * An image read along a slanted grid: {@code y(row, column) = x(b0 column + b1 row + b2, a0 column
 * + a1 row + a2)}, in float32. It is Keras's affine transform {@code (a0, a1, a2, b0, b1, b2, 0,
 * 0)} on TensorFlow.
 */
public record Affine(
    float a0, float a1, float a2, float b0, float b1, float b2, Sampling sampling, Shape image)
    implements Transform {
  @Override
  public void apply(float[] x, int xAt, float[] y, int yAt) {
    int height = image.height();
    int width = image.width();
    int channels = image.channels();
    int at = yAt;
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < width; j++, at += channels) {
        float column = column(i, j, width);
        float row = row(i, j, height);
        int left = floor(column);
        int top = floor(row);
        float toLeft = left + 1 - column;
        float toRight = column - left;
        float above = top + 1 - row;
        float below = row - top;
        if (left >= 0 && left + 1 < width && top >= 0 && top + 1 < height) {
          int upper = xAt + (top * width + left) * channels;
          int lower = upper + width * channels;
          for (int c = 0; c < channels; c++) {
            y[at + c] =
                above * (toLeft * x[upper + c] + toRight * x[upper + channels + c])
                    + below * (toLeft * x[lower + c] + toRight * x[lower + channels + c]);
          }
        } else {
          for (int c = 0; c < channels; c++) {
            y[at + c] =
                above
                        * (toLeft * value(x, xAt, top, left, c)
                            + toRight * value(x, xAt, top, left + 1, c))
                    + below
                        * (toLeft * value(x, xAt, top + 1, left, c)
                            + toRight * value(x, xAt, top + 1, left + 1, c));
          }
        }
      }
    }
  }

  private float value(float[] x, int xAt, int row, int column, int channel) {
    return isInside(row, column)
        ? x[xAt + (row * image.width() + column) * image.channels() + channel]
        : (float) sampling.fillValue();
  }

  private boolean isInside(int row, int column) {
    return row >= 0 && row < image.height() && column >= 0 && column < image.width();
  }

  /** The column that is read for the pixel in row {@code i} and column {@code j}. */
  private float column(int i, int j, int width) {
    return sampling.place(a0 * j + a1 * i + a2, width);
  }

  private float row(int i, int j, int height) {
    return sampling.place(b0 * j + b1 * i + b2, height);
  }

  private static int floor(float value) {
    int whole = (int) value;
    return whole > value ? whole - 1 : whole;
  }

  @Override
  public void gradient(float[] x, int xAt, float[] dy, int dyAt, float[] dx, int dxAt) {
    Arrays.fill(dx, dxAt, dxAt + image.size(), 0);
    int at = dyAt;
    for (int i = 0; i < image.height(); i++) {
      for (int j = 0; j < image.width(); j++, at += image.channels()) {
        float column = column(i, j, image.width());
        float row = row(i, j, image.height());
        int left = floor(column);
        int top = floor(row);
        float above = top + 1 - row;
        float below = row - top;
        add(above * (left + 1 - column), dy, at, dx, dxAt, top, left);
        add(above * (column - left), dy, at, dx, dxAt, top, left + 1);
        add(below * (left + 1 - column), dy, at, dx, dxAt, top + 1, left);
        add(below * (column - left), dy, at, dx, dxAt, top + 1, left + 1);
      }
    }
  }

  private void add(float weight, float[] dy, int at, float[] dx, int dxAt, int row, int column) {
    if (isInside(row, column)) {
      int to = dxAt + (row * image.width() + column) * image.channels();
      for (int c = 0; c < image.channels(); c++) {
        dx[to + c] += weight * dy[at + c];
      }
    }
  }
}
