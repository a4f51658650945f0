package org.epochflow.model.nn;

import java.util.List;
import org.epochflow.model.nn.layer.normalization.BatchNormalization;
import org.epochflow.model.nn.layer.normalization.LayerNormalization;
import org.epochflow.model.nn.layer.normalization.Normalization;
import org.epochflow.model.nn.layer.normalization.Rescaling;

/** The formulas of the layers that shift and scale, see {@link NaiveNetwork}. */
record NaiveNormalization(List<Shape> shapes, List<List<Variable>> variables) {
  /** The last dimension. */
  static int channels(Shape shape) {
    return shape.dimensions().get(shape.dimensions().size() - 1);
  }

  /** Of one example. */
  double[] of(int place, Layer layer, double[] w, double[] x) {
    int channels = channels(shapes.get(place));
    if (layer instanceof LayerNormalization normalization) {
      return ofVectors(place, normalization, w, x);
    }
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int c = i % channels;
      if (layer instanceof Rescaling rescaling) {
        y[i] = x[i] * one(rescaling.scale().values(), c) + one(rescaling.offset().values(), c);
      } else if (layer instanceof Normalization normalization) {
        y[i] = normalized(place, normalization, w, x[i], c);
      } else {
        throw new IllegalArgumentException("Expected a layer with a formula here, found " + layer);
      }
    }
    return y;
  }

  private static double one(List<Double> values, int channel) {
    return values.get(values.size() == 1 ? 0 : channel);
  }

  private double normalized(int place, Normalization layer, double[] w, double x, int channel) {
    double mean;
    double variance;
    Normalization.Given given = layer.given();
    if (given == null) {
      mean = parameter(place, "mean", channel, w, 0);
      variance = parameter(place, "variance", channel, w, 0);
    } else {
      mean = one(given.mean().values(), channel);
      variance = one(given.variance().values(), channel);
    }
    double deviation = Math.max(Math.sqrt(variance), 1e-7);
    return layer.invert() ? mean + x * deviation : (x - mean) / deviation;
  }

  /** Changes {@code x} in place, an example a row. */
  void ofBatch(int place, BatchNormalization layer, double[] w, double[][] x, boolean training) {
    int channels = channels(shapes.get(place));
    for (int c = 0; c < channels; c++) {
      double mean = parameter(place, "moving_mean", c, w, 0);
      double variance = parameter(place, "moving_variance", c, w, 0);
      if (training) {
        mean = mean(x, c, channels, 0, 1);
        variance = mean(x, c, channels, mean, 2);
      }
      double factor = parameter(place, "gamma", c, w, 1) / Math.sqrt(variance + layer.epsilon());
      for (double[] row : x) {
        for (int i = c; i < row.length; i += channels) {
          row[i] = (row[i] - mean) * factor + parameter(place, "beta", c, w, 0);
        }
      }
    }
  }

  private static double mean(double[][] x, int c, int channels, double center, int power) {
    double sum = 0;
    for (double[] row : x) {
      for (int i = c; i < row.length; i += channels) {
        sum += Math.pow(row[i] - center, power);
      }
    }
    return sum / ((double) x.length * x[0].length / channels);
  }

  private double[] ofVectors(int place, LayerNormalization layer, double[] w, double[] x) {
    int channels = channels(shapes.get(place));
    double[] y = new double[x.length];
    for (int from = 0; from < x.length; from += channels) {
      double mean = 0;
      double variance = 0;
      for (int i = from; i < from + channels; i++) {
        mean += x[i] / channels;
      }
      for (int i = from; i < from + channels; i++) {
        variance += (x[i] - mean) * (x[i] - mean) / channels;
      }
      for (int c = 0; c < channels; c++) {
        double normal = (x[from + c] - mean) / Math.sqrt(variance + layer.epsilon());
        y[from + c] =
            normal * parameter(place, "gamma", c, w, 1) + parameter(place, "beta", c, w, 0);
      }
    }
    return y;
  }

  /** A channel's part of a variable, which may be one for all, or not there. */
  private double parameter(int place, String name, int channel, double[] w, double missing) {
    return variables.get(place).stream()
        .filter(variable -> variable.name().equals(name))
        .mapToDouble(variable -> w[variable.offset() + (variable.size() == 1 ? 0 : channel)])
        .findFirst()
        .orElse(missing);
  }
}
