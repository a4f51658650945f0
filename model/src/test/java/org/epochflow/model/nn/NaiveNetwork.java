package org.epochflow.model.nn;

import java.util.Arrays;
import java.util.List;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.layer.activation.LeakyReLU;
import org.epochflow.model.nn.layer.augmentation.Augmentation;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;
import org.epochflow.model.nn.layer.regularization.Dropout;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.epochflow.model.nn.layer.reshaping.Reshape;
import org.epochflow.model.parallel.Share;

/** The layers' formulas as plain loops in double precision, one example at a time. */
final class NaiveNetwork {
  private final Architecture architecture;
  private final List<Shape> shapes;
  private final List<List<Variable>> variables;
  private final Masks masks = new Masks();
  private boolean training;

  NaiveNetwork(Architecture architecture) {
    this.architecture = architecture;
    shapes = architecture.shapes();
    variables = architecture.variables();
  }

  /** The mean loss, with the dropout of this key. */
  double loss(double[] w, Batch batch, long dropoutKey) {
    double sum = 0;
    training = true;
    for (int row = 0; row < batch.size(); row++) {
      masks.of(dropoutKey, new long[] {batch.indices[row]});
      sum -= Math.log(probabilities(w, batch, row)[batch.labels[row]]);
    }
    return sum / batch.size();
  }

  /** Without dropout. */
  double[] predict(double[] w, Batch batch, int row) {
    training = false;
    return probabilities(w, batch, row);
  }

  private double[] probabilities(double[] w, Batch batch, int row) {
    int size = shapes.get(0).size();
    double[] x = new double[size];
    Arrays.setAll(x, i -> batch.inputs[row * size + i]);
    for (int i = 0; i < architecture.layers().size(); i++) {
      x = apply(i, architecture.layers().get(i), w, x);
    }
    return x;
  }

  private double[] apply(int place, Layer layer, double[] w, double[] x) {
    if (layer instanceof Dense dense) {
      return activate(dense.activation(), dense(variables.get(place), w, x));
    } else if (layer instanceof Conv2D conv) {
      return activate(conv.activation(), convolve(place, conv, w, x));
    } else if (layer instanceof MaxPooling2D pool) {
      return pool(place, pool, x);
    } else if (layer instanceof Dropout dropout) {
      return training ? drop(place, dropout.rate(), x) : x;
    } else if (layer instanceof Activation activation) {
      return activate(activation.function(), x);
    } else if (layer instanceof LeakyReLU leaky) {
      return Arrays.stream(x).map(v -> v > 0 ? v : leaky.negativeSlope() * v).toArray();
    } else if (layer instanceof Flatten || layer instanceof Reshape) {
      return x;
    } else if (layer instanceof Augmentation augmentation) {
      return augment(place, augmentation, x);
    }
    throw new IllegalArgumentException("Expected a layer with a formula here, found " + layer);
  }

  private double[] drop(int place, double rate, double[] x) {
    short[] kept = new short[x.length];
    masks.draw(Kernels.named("ejml"), Share.ALL, place, rate, 1, x.length, kept);
    double[] y = new double[x.length];
    Arrays.setAll(y, i -> kept[i] == 0 ? 0 : x[i] * Masks.scale(rate));
    return y;
  }

  private double[] augment(int place, Augmentation layer, double[] x) {
    Shape input = shapes.get(place);
    return training
        ? NaiveTransforms.apply(layer.drawn(input, masks.stream(place, 0)), x)
        : layer.still(input).map(still -> NaiveTransforms.apply(still, x)).orElse(x);
  }

  private static double[] activate(Function function, double[] x) {
    return switch (function) {
      case LINEAR -> x;
      case RELU -> Arrays.stream(x).map(v -> Math.max(0, v)).toArray();
      case SOFTMAX -> {
        double sum = Arrays.stream(x).map(Math::exp).sum();
        yield Arrays.stream(x).map(v -> Math.exp(v) / sum).toArray();
      }
    };
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
