package org.epochflow.model.nn;

import java.util.Arrays;
import org.epochflow.model.nn.layer.augmentation.Affine;
import org.epochflow.model.nn.layer.augmentation.Interval;
import org.epochflow.model.nn.layer.augmentation.RandomBrightness.Brightness;
import org.epochflow.model.nn.layer.augmentation.RandomContrast.Contrast;
import org.epochflow.model.nn.layer.augmentation.RandomCrop.Window;
import org.epochflow.model.nn.layer.augmentation.RandomErasing.Rectangle;
import org.epochflow.model.nn.layer.augmentation.RandomFlip.Mirror;
import org.epochflow.model.nn.layer.augmentation.Sampling;
import org.epochflow.model.nn.layer.augmentation.Sampling.Interpolation;
import org.epochflow.model.nn.layer.augmentation.Transform;

/** The formulas of augmentations in double precision, a value at a time; places are in float. */
final class NaiveTransforms {
  private NaiveTransforms() {}

  /** A value of the result. */
  private interface Value {
    double at(int row, int column, int channel);
  }

  /** What becomes of an image. */
  static double[] apply(Transform transform, double[] x) {
    if (transform instanceof Mirror mirror) {
      return each(mirror.image(), mirrored(mirror, x));
    } else if (transform instanceof Affine affine) {
      return each(affine.image(), (i, j, c) -> sampled(affine, x, i, j, c));
    } else if (transform instanceof Window window) {
      Shape output =
          Shape.of(window.outputHeight(), window.outputWidth(), window.image().channels());
      return each(output, (i, j, c) -> resized(window, x, i, j, c));
    } else if (transform instanceof Contrast contrast) {
      return each(contrast.image(), contrasted(contrast, x));
    } else if (transform instanceof Brightness brightness) {
      return Arrays.stream(x)
          .map(value -> clip(value + brightness.added(), brightness.valueRange()))
          .toArray();
    } else if (transform instanceof Rectangle rectangle) {
      return erased(rectangle, x);
    }
    throw new IllegalArgumentException("Expected a transform with a formula, found " + transform);
  }

  private static double[] each(Shape shape, Value value) {
    double[] y = new double[shape.size()];
    Arrays.setAll(
        y,
        at ->
            value.at(
                at / shape.channels() / shape.width(),
                at / shape.channels() % shape.width(),
                at % shape.channels()));
    return y;
  }

  private static double at(Shape image, double[] x, int row, int column, int channel) {
    return x[(row * image.width() + column) * image.channels() + channel];
  }

  private static Value mirrored(Mirror mirror, double[] x) {
    Shape image = mirror.image();
    return (i, j, c) ->
        at(
            image,
            x,
            mirror.vertical() ? image.height() - 1 - i : i,
            mirror.horizontal() ? image.width() - 1 - j : j,
            c);
  }

  private static double sampled(Affine affine, double[] x, int i, int j, int c) {
    float column = affine.a0() * j + affine.a1() * i + affine.a2();
    float row = affine.b0() * j + affine.b1() * i + affine.b2();
    double atColumn = inside(affine.sampling(), column, affine.image().width());
    double atRow = inside(affine.sampling(), row, affine.image().height());
    double sum = 0;
    for (int m = (int) Math.floor(atRow); m <= Math.floor(atRow) + 1; m++) {
      for (int n = (int) Math.floor(atColumn); n <= Math.floor(atColumn) + 1; n++) {
        boolean in = m >= 0 && m < affine.image().height() && n >= 0 && n < affine.image().width();
        sum +=
            (1 - Math.abs(atRow - m))
                * (1 - Math.abs(atColumn - n))
                * (in ? at(affine.image(), x, m, n, c) : affine.sampling().fillValue());
      }
    }
    return sum;
  }

  /** The place that stands for one outside of the image; a whole one if the nearest is taken. */
  private static double inside(Sampling sampling, float place, int length) {
    double last = length - 1;
    double inside = place;
    if (place < 0 || place > last) {
      inside =
          switch (sampling.fillMode()) {
            case CONSTANT -> place;
            case NEAREST -> place;
            case REFLECT -> {
              double around = place - 2.0 * length * Math.floor(place / (2.0 * length));
              yield around < length ? around : 2.0 * length - 1 - around;
            }
            case WRAP -> {
              int turns = (int) (Math.abs(place) / (float) last) + (place < 0 ? 1 : 0);
              yield place - Math.signum(place) * length * turns;
            }
          };
      if (sampling.fillMode() != Sampling.FillMode.CONSTANT) {
        inside = Math.max(0, Math.min(last, inside));
      }
    }
    return sampling.interpolation() == Interpolation.NEAREST
        ? Math.signum(inside) * Math.floor(Math.abs(inside) + 0.5)
        : inside;
  }

  private static double resized(Window window, double[] x, int i, int j, int c) {
    double row = (i + 0.5) * window.height() / window.outputHeight() - 0.5;
    double column = (j + 0.5) * window.width() / window.outputWidth() - 0.5;
    double sum = 0;
    for (int m = (int) Math.floor(row); m <= Math.floor(row) + 1; m++) {
      for (int n = (int) Math.floor(column); n <= Math.floor(column) + 1; n++) {
        int nearRow = window.top() + Math.max(0, Math.min(window.height() - 1, m));
        int nearColumn = window.left() + Math.max(0, Math.min(window.width() - 1, n));
        sum +=
            (1 - Math.abs(row - m))
                * (1 - Math.abs(column - n))
                * at(window.image(), x, nearRow, nearColumn, c);
      }
    }
    return sum;
  }

  private static Value contrasted(Contrast contrast, double[] x) {
    Shape image = contrast.image();
    double[] means = new double[image.channels()];
    for (int at = 0; at < x.length; at++) {
      means[at % means.length] += x[at] * means.length / x.length;
    }
    return (i, j, c) ->
        clip(
            means[c] + contrast.contrast() * (at(image, x, i, j, c) - means[c]),
            contrast.valueRange());
  }

  private static double clip(double value, Interval range) {
    return Math.max(range.lower(), Math.min(range.upper(), value));
  }

  /** What it is filled with does not depend on the image. */
  private static double[] erased(Rectangle rectangle, double[] x) {
    float[] fill = new float[x.length];
    rectangle.apply(fill.clone(), 0, fill, 0);
    return each(
        rectangle.image(),
        (i, j, c) -> {
          boolean in =
              i >= rectangle.top()
                  && i < rectangle.bottom()
                  && j >= rectangle.left()
                  && j < rectangle.right();
          return in
              ? fill[(i * rectangle.image().width() + j) * rectangle.image().channels() + c]
              : at(rectangle.image(), x, i, j, c);
        });
  }
}
