package org.epochflow.model.nn;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.layer.activation.ELU;
import org.epochflow.model.nn.layer.activation.LeakyReLU;
import org.epochflow.model.nn.layer.activation.PReLU;
import org.epochflow.model.nn.layer.activation.ReLU;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.normalization.BatchNormalization;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;
import org.epochflow.model.nn.layer.regularization.Dropout;
import org.epochflow.model.nn.layer.regularization.GaussianDropout;
import org.epochflow.model.nn.layer.regularization.GaussianNoise;
import org.epochflow.model.nn.layer.regularization.SpatialDropout2D;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.epochflow.model.parallel.Share;
import org.epochflow.model.random.Gaussian;

/** The layers' formulas as plain loops in double precision. */
final class NaiveNetwork {
  private final Architecture architecture;
  private final List<Shape> shapes;
  private final List<List<Variable>> variables;
  private final Masks masks = new Masks();
  private final NaiveNormalization naiveNormalization;
  private boolean training;

  NaiveNetwork(Architecture architecture) {
    this.architecture = architecture;
    shapes = architecture.shapes();
    variables = architecture.variables();
    naiveNormalization = new NaiveNormalization(shapes, variables);
  }

  /** The mean loss, with the dropout of this key. */
  double loss(double[] w, Batch batch, long dropoutKey) {
    training = true;
    double[][] probabilities = probabilities(w, batch, dropoutKey);
    double sum = 0;
    for (int row = 0; row < batch.size(); row++) {
      sum -= Math.log(probabilities[row][batch.labels[row]]);
    }
    return sum / batch.size();
  }

  /** Without dropout. */
  double[] predict(double[] w, Batch batch, int row) {
    training = false;
    return probabilities(w, batch, 0)[row];
  }

  private double[][] probabilities(double[] w, Batch batch, long dropoutKey) {
    int size = shapes.get(0).size();
    double[][] x = new double[batch.size()][size];
    for (int row = 0; row < x.length; row++) {
      int from = row * size;
      Arrays.setAll(x[row], i -> batch.inputs[from + i]);
    }
    for (int i = 0; i < architecture.layers().size(); i++) {
      Layer layer = architecture.layers().get(i);
      if (layer instanceof BatchNormalization normalization) {
        naiveNormalization.ofBatch(i, normalization, w, x, training);
      } else {
        for (int row = 0; row < x.length; row++) {
          masks.of(dropoutKey, new long[] {batch.indices[row]});
          x[row] = apply(i, layer, w, x[row]);
        }
      }
    }
    return x;
  }

  private double[] apply(int place, Layer layer, double[] w, double[] x) {
    int channels = NaiveNormalization.channels(shapes.get(place));
    int outChannels = NaiveNormalization.channels(shapes.get(place + 1));
    if (layer instanceof Dense dense) {
      return NaiveFunctions.of(dense.activation(), dense(variables.get(place), w, x), outChannels);
    } else if (layer instanceof Conv2D conv) {
      return NaiveFunctions.of(conv.activation(), convolve(place, conv, w, x), outChannels);
    } else if (layer instanceof MaxPooling2D pool) {
      return pool(place, pool, x);
    } else if (layer instanceof Dropout dropout) {
      return training ? drop(place, dropout.rate(), x) : x;
    } else if (layer instanceof SpatialDropout2D dropout) {
      return training ? dropChannels(place, dropout.rate(), x, channels) : x;
    } else if (layer instanceof GaussianNoise noise) {
      return training ? noise(place, x, (v, z) -> v + (float) noise.stddev() * z) : x;
    } else if (layer instanceof GaussianDropout dropout) {
      double deviation = Math.sqrt(dropout.rate() / (1 - dropout.rate()));
      return training ? noise(place, x, (v, z) -> v * (1 + (float) deviation * z)) : x;
    } else if (layer instanceof Activation activation) {
      return NaiveFunctions.of(activation.function(), x, channels);
    } else if (layer instanceof LeakyReLU leaky) {
      return Arrays.stream(x).map(v -> v > 0 ? v : leaky.negativeSlope() * v).toArray();
    } else if (layer instanceof ReLU relu) {
      return Arrays.stream(x).map(v -> rectify(relu, v)).toArray();
    } else if (layer instanceof ELU elu) {
      return Arrays.stream(x).map(v -> v > 0 ? v : elu.alpha() * Math.expm1(v)).toArray();
    } else if (layer instanceof PReLU) {
      return parametric(place, w, x);
    } else if (layer instanceof Flatten) {
      return x;
    }
    return naiveNormalization.of(place, layer, w, x);
  }

  private static double rectify(ReLU relu, double v) {
    return v > relu.threshold()
        ? Math.min(v, relu.maxValue())
        : relu.negativeSlope() * (v - relu.threshold());
  }

  /** Walks the indexes of the value and of its alpha together. */
  private double[] parametric(int place, double[] w, double[] x) {
    Variable alpha = variables.get(place).get(0);
    List<Integer> dimensions = shapes.get(place).dimensions();
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int left = i;
      int at = 0;
      int stride = 1;
      for (int axis = dimensions.size() - 1; axis >= 0; axis--) {
        at += left % dimensions.get(axis) % alpha.dimensions().get(axis) * stride;
        stride *= alpha.dimensions().get(axis);
        left /= dimensions.get(axis);
      }
      y[i] = x[i] > 0 ? x[i] : w[alpha.offset() + at] * x[i];
    }
    return y;
  }

  private double[] noise(int place, double[] x, DoubleBinaryOperator add) {
    float[] z = new float[x.length];
    Gaussian.fill(masks.stream(place, 0), z, 0, z.length);
    double[] y = new double[x.length];
    Arrays.setAll(y, i -> add.applyAsDouble(x[i], z[i]));
    return y;
  }

  private double[] dropChannels(int place, double rate, double[] x, int channels) {
    short[] kept = new short[channels];
    masks.draw(Kernels.named("ejml"), Share.ALL, place, rate, 1, channels, kept);
    double[] y = new double[x.length];
    Arrays.setAll(y, i -> kept[i % channels] == 0 ? 0 : x[i] * Masks.scale(rate));
    return y;
  }

  private double[] drop(int place, double rate, double[] x) {
    short[] kept = new short[x.length];
    masks.draw(Kernels.named("ejml"), Share.ALL, place, rate, 1, x.length, kept);
    double[] y = new double[x.length];
    Arrays.setAll(y, i -> kept[i] == 0 ? 0 : x[i] * Masks.scale(rate));
    return y;
  }

  private static double[] dense(List<Variable> variables, double[] w, double[] x) {
    double[] y = new double[variables.get(1).size()];
    for (int j = 0; j < y.length; j++) {
      y[j] = w[variables.get(1).offset() + j];
      for (int i = 0; i < x.length; i++) {
        y[j] += x[i] * w[variables.get(0).offset() + i * y.length + j];
      }
    }
    return y;
  }

  private double[] convolve(int place, Conv2D conv, double[] w, double[] x) {
    Shape in = shapes.get(place);
    Shape out = shapes.get(place + 1);
    boolean same = conv.padding() == Padding.SAME;
    double[] y = new double[out.size()];
    for (int o = 0; o < y.length; o++) {
      int filter = o % out.channels();
      int left = o / out.channels() % out.width() - (same ? conv.kernelWidth() / 2 : 0);
      int top = o / out.channels() / out.width() - (same ? conv.kernelHeight() / 2 : 0);
      int weight = variables.get(place).get(0).offset() + filter;
      y[o] = w[variables.get(place).get(1).offset() + filter];
      for (int i = top; i < top + conv.kernelHeight(); i++) {
        for (int j = left; j < left + conv.kernelWidth(); j++) {
          for (int c = 0; c < in.channels(); c++) {
            if (i >= 0 && i < in.height() && j >= 0 && j < in.width()) {
              y[o] += x[(i * in.width() + j) * in.channels() + c] * w[weight];
            }
            weight += conv.filters();
          }
        }
      }
    }
    return y;
  }

  private double[] pool(int place, MaxPooling2D pool, double[] x) {
    Shape in = shapes.get(place);
    Shape out = shapes.get(place + 1);
    double[] y = new double[out.size()];
    for (int o = 0; o < y.length; o++) {
      int left = o / out.channels() % out.width() * pool.strideWidth();
      int top = o / out.channels() / out.width() * pool.strideHeight();
      y[o] = Double.NEGATIVE_INFINITY;
      for (int i = top; i < top + pool.poolHeight(); i++) {
        for (int j = left; j < left + pool.poolWidth(); j++) {
          y[o] = Math.max(y[o], x[(i * in.width() + j) * in.channels() + o % out.channels()]);
        }
      }
    }
    return y;
  }
}
