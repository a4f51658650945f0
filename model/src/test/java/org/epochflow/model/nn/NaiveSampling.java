package org.epochflow.model.nn;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.pooling.AveragePooling2D;
import org.epochflow.model.nn.layer.pooling.GlobalAveragePooling2D;
import org.epochflow.model.nn.layer.pooling.GlobalMaxPooling2D;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;
import org.epochflow.model.nn.layer.pooling.Windows;
import org.epochflow.model.nn.layer.regularization.ActivityRegularization;
import org.epochflow.model.nn.layer.reshaping.Cropping2D;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.epochflow.model.nn.layer.reshaping.Permute;
import org.epochflow.model.nn.layer.reshaping.Reshape;
import org.epochflow.model.nn.layer.reshaping.UpSampling2D;
import org.epochflow.model.nn.layer.reshaping.UpSampling2D.Interpolation;
import org.epochflow.model.nn.layer.reshaping.ZeroPadding2D;

/** The formulas of the layers that pool, move and repeat values. */
final class NaiveSampling {
  private final Shape in;
  private final Shape out;
  private final double[] x;

  private NaiveSampling(Shape in, Shape out, double[] x) {
    this.in = in;
    this.out = out;
    this.x = x;
  }

  static double[] apply(Layer layer, Shape in, Shape out, double[] x) {
    NaiveSampling of = new NaiveSampling(in, out, x);
    if (layer instanceof Flatten
        || layer instanceof Reshape
        || layer instanceof ActivityRegularization) {
      return x;
    } else if (layer instanceof MaxPooling2D pool) {
      return of.each(out, o -> of.window(pool.windows(), o).max().orElseThrow());
    } else if (layer instanceof AveragePooling2D pool) {
      return of.each(out, o -> of.window(pool.windows(), o).average().orElseThrow());
    } else if (layer instanceof GlobalMaxPooling2D) {
      return of.each(of.oneByOne(), o -> of.channel(o).max().orElseThrow());
    } else if (layer instanceof GlobalAveragePooling2D) {
      return of.each(of.oneByOne(), o -> of.channel(o).average().orElseThrow());
    } else if (layer instanceof Permute permute) {
      return of.permute(permute.order());
    } else if (layer instanceof ZeroPadding2D pad) {
      return of.each(
          out, o -> of.at(o[0] - pad.padding().top(), o[1] - pad.padding().left(), o[2]));
    } else if (layer instanceof Cropping2D crop) {
      return of.each(
          out, o -> of.at(o[0] + crop.cropping().top(), o[1] + crop.cropping().left(), o[2]));
    } else if (layer instanceof UpSampling2D up) {
      return up.interpolation() == Interpolation.NEAREST
          ? of.each(out, o -> of.at(o[0] / up.rows(), o[1] / up.columns(), o[2]))
          : of.each(
              out, o -> of.bilinear(center(o[0], up.rows()), center(o[1], up.columns()), o[2]));
    }
    throw new IllegalArgumentException("Expected a layer with a formula here, found " + layer);
  }

  private interface Formula {
    double at(int[] place);
  }

  /** The formula's value for each (row, column, channel). */
  private double[] each(Shape image, Formula formula) {
    int channels = image.channels();
    return IntStream.range(0, image.size())
        .mapToDouble(
            o ->
                formula.at(
                    new int[] {
                      o / channels / image.width(), o / channels % image.width(), o % channels
                    }))
        .toArray();
  }

  private Shape oneByOne() {
    return Shape.of(1, 1, in.channels());
  }

  private boolean isWithin(int i, int j) {
    return i >= 0 && i < in.height() && j >= 0 && j < in.width();
  }

  /** The input's value, zero around the image. */
  private double at(int i, int j, int c) {
    return isWithin(i, j) ? x[(i * in.width() + j) * in.channels() + c] : 0;
  }

  private DoubleStream window(Windows w, int[] o) {
    boolean same = w.padding() == Padding.SAME;
    int over = (out.height() - 1) * w.strideHeight() + w.poolHeight() - in.height();
    int overRight = (out.width() - 1) * w.strideWidth() + w.poolWidth() - in.width();
    int top = o[0] * w.strideHeight() - (same ? Math.max(0, over) / 2 : 0);
    int left = o[1] * w.strideWidth() - (same ? Math.max(0, overRight) / 2 : 0);
    return IntStream.range(top, top + w.poolHeight())
        .boxed()
        .flatMap(
            i ->
                IntStream.range(left, left + w.poolWidth())
                    .filter(j -> isWithin(i, j))
                    .mapToObj(j -> at(i, j, o[2])))
        .mapToDouble(value -> value);
  }

  private DoubleStream channel(int[] o) {
    return IntStream.range(0, in.height() * in.width())
        .mapToDouble(pixel -> x[pixel * in.channels() + o[2]]);
  }

  private static double center(int place, int factor) {
    return (place + 0.5) / factor - 0.5;
  }

  /** The outermost pixels go on beyond the border. */
  private double bilinear(double row, double column, int c) {
    double sum = 0;
    for (int i = 0; i < in.height(); i++) {
      for (int j = 0; j < in.width(); j++) {
        double clampedRow = Math.min(Math.max(row, 0), in.height() - 1);
        double clampedColumn = Math.min(Math.max(column, 0), in.width() - 1);
        double near = Math.max(0, 1 - Math.abs(clampedRow - i));
        sum += near * Math.max(0, 1 - Math.abs(clampedColumn - j)) * at(i, j, c);
      }
    }
    return sum;
  }

  private double[] permute(List<Integer> order) {
    double[] y = new double[x.length];
    int[] place = new int[order.size()];
    for (int o = 0; o < y.length; o++) {
      for (int d = place.length - 1, rest = o; d >= 0; d--) {
        place[order.get(d) - 1] = rest % out.dimensions().get(d);
        rest /= out.dimensions().get(d);
      }
      int from = 0;
      for (int d = 0; d < place.length; d++) {
        from = from * in.dimensions().get(d) + place[d];
      }
      y[o] = x[from];
    }
    return y;
  }
}
