package org.epochflow.model.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.layer.activation.ELU;
import org.epochflow.model.nn.layer.activation.LeakyReLU;
import org.epochflow.model.nn.layer.activation.PReLU;
import org.epochflow.model.nn.layer.activation.ReLU;
import org.epochflow.model.nn.layer.augmentation.Augmentation;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.convolution.DepthwiseConv2D;
import org.epochflow.model.nn.layer.convolution.SeparableConv2D;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.merging.Average;
import org.epochflow.model.nn.layer.merging.Concatenate;
import org.epochflow.model.nn.layer.merging.Maximum;
import org.epochflow.model.nn.layer.merging.Minimum;
import org.epochflow.model.nn.layer.merging.Multiply;
import org.epochflow.model.nn.layer.merging.Subtract;
import org.epochflow.model.nn.layer.normalization.BatchNormalization;
import org.epochflow.model.nn.layer.normalization.LayerNormalization;
import org.epochflow.model.nn.layer.normalization.Normalization;
import org.epochflow.model.nn.layer.normalization.Rescaling;
import org.epochflow.model.nn.layer.regularization.Dropout;
import org.epochflow.model.nn.layer.regularization.GaussianDropout;
import org.epochflow.model.nn.layer.regularization.GaussianNoise;
import org.epochflow.model.nn.layer.regularization.SpatialDropout2D;
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
  private double penalty;

  NaiveNetwork(Architecture architecture) {
    this.architecture = architecture;
    shapes = architecture.shapes();
    variables = architecture.variables();
    naiveNormalization =
        new NaiveNormalization(
            architecture.inputShapes().stream().map(its -> its.get(0)).toList(), variables);
  }

  /** The mean loss, with the dropout of this key. */
  double loss(double[] w, Batch batch, long dropoutKey) {
    training = true;
    double[][] probabilities = probabilities(w, batch, dropoutKey);
    double sum = 0;
    for (int row = 0; row < batch.size(); row++) {
      sum -= Math.log(probabilities[row][batch.labels[row]]);
    }
    return sum / batch.size() + penalty;
  }

  /** What the regularizers added to the mean loss of the batch that ran last. */
  double penalty() {
    return penalty;
  }

  /** Without dropout. */
  double[] predict(double[] w, Batch batch, int row) {
    training = false;
    return probabilities(w, batch, 0)[row];
  }

  private double[][] probabilities(double[] w, Batch batch, long dropoutKey) {
    int size = shapes.get(0).size();
    List<double[][]> values = new ArrayList<>();
    double[][] x = new double[batch.size()][size];
    for (int row = 0; row < x.length; row++) {
      int from = row * size;
      Arrays.setAll(x[row], i -> batch.inputs[from + i]);
    }
    values.add(x);
    penalty = Penalized.ofVariables(architecture, w);
    for (int i = 0; i < architecture.layers().size(); i++) {
      Layer layer = architecture.layers().get(i);
      List<double[][]> xs = architecture.inputs().get(i).stream().map(values::get).toList();
      double[][] y = Arrays.stream(xs.get(0)).map(double[]::clone).toArray(double[][]::new);
      if (layer instanceof BatchNormalization normalization) {
        boolean moves = training && !architecture.frozen().contains(layer.name());
        naiveNormalization.ofBatch(i, normalization, w, y, moves);
      } else {
        for (int row = 0; row < y.length; row++) {
          int example = row;
          masks.of(dropoutKey, new long[] {batch.indices[row]});
          y[row] =
              layer instanceof Merge
                  ? merge(i, layer, xs.stream().map(all -> all[example]).toList())
                  : apply(i, layer, w, y[row]);
        }
      }
      penalty += Penalized.ofOutputs(layer, y);
      values.add(y);
    }
    double[][] y = values.get(values.size() - 1);
    Arrays.setAll(y, row -> ofClasses(y[row]));
    return y;
  }

  /** The classes' probabilities, of the network's output. */
  private double[] ofClasses(double[] output) {
    boolean logits = architecture.ending() == Ending.LOGITS;
    if (output.length > 1) {
      return logits ? NaiveFunctions.of(Function.SOFTMAX, output, output.length) : output;
    }
    double p = logits ? NaiveFunctions.of(Function.SIGMOID, output[0]) : output[0];
    return new double[] {1 - p, p};
  }

  private double[] apply(int place, Layer layer, double[] w, double[] x) {
    int channels = NaiveNormalization.channels(architecture.inputShapes().get(place).get(0));
    if (layer instanceof Dense dense) {
      double[] sums = dense(dense.units(), channels, variables.get(place), w, x);
      return NaiveFunctions.of(dense.activation(), sums, dense.units());
    } else if (layer instanceof Conv2D
        || layer instanceof DepthwiseConv2D
        || layer instanceof SeparableConv2D) {
      Shape input = architecture.inputShapes().get(place).get(0);
      return NaiveConvolution.of(layer, input, variables.get(place), w, x);
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
    } else if (layer instanceof LayerNormalization
        || layer instanceof Rescaling
        || layer instanceof Normalization) {
      return naiveNormalization.of(place, layer, w, x);
    } else if (layer instanceof Augmentation augmentation) {
      return augment(place, augmentation, x);
    }
    Shape input = architecture.inputShapes().get(place).get(0);
    return NaiveSampling.apply(layer, input, shapes.get(place + 1), x);
  }

  private static double rectify(ReLU relu, double v) {
    return v > relu.threshold()
        ? Math.min(v, relu.maxValue())
        : relu.negativeSlope() * (v - relu.threshold());
  }

  /** Walks the indexes of the value and of its alpha together. */
  private double[] parametric(int place, double[] w, double[] x) {
    Variable alpha = variables.get(place).get(0);
    List<Integer> dimensions = architecture.inputShapes().get(place).get(0).dimensions();
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

  private double[] merge(int place, Layer layer, List<double[]> xs) {
    List<Shape> inputs = architecture.inputShapes().get(place);
    Shape output = shapes.get(place + 1);
    if (layer instanceof Concatenate concatenate) {
      return concatenate(concatenate, inputs, output, xs);
    }
    double[] y = new double[output.size()];
    for (int o = 0; o < y.length; o++) {
      List<Double> values = new ArrayList<>();
      for (int i = 0; i < xs.size(); i++) {
        values.add(xs.get(i)[place(o, output, inputs.get(i))]);
      }
      y[o] = merged(layer, values);
    }
    return y;
  }

  /** Where an input has the value that belongs to a value of the output. */
  private static int place(int o, Shape output, Shape input) {
    int place = 0;
    int left = o;
    int stride = 1;
    for (int d = output.dimensions().size() - 1; d >= 0; d--) {
      int size = input.dimensions().get(d);
      place += size == 1 ? 0 : left % output.dimensions().get(d) * stride;
      left /= output.dimensions().get(d);
      stride *= size;
    }
    return place;
  }

  private static double merged(Layer layer, List<Double> values) {
    if (layer instanceof Maximum) {
      return Collections.max(values);
    } else if (layer instanceof Minimum) {
      return Collections.min(values);
    } else if (layer instanceof Subtract) {
      return values.get(0) - values.get(1);
    } else if (layer instanceof Multiply) {
      return values.stream().reduce(1.0, (a, b) -> a * b);
    }
    double sum = values.stream().mapToDouble(value -> value).sum();
    return layer instanceof Average ? sum / values.size() : sum;
  }

  private static double[] concatenate(
      Concatenate layer, List<Shape> inputs, Shape output, List<double[]> xs) {
    int rank = output.dimensions().size();
    int dimension = layer.axis() < 0 ? rank + layer.axis() : layer.axis() - 1;
    int inner =
        output.dimensions().subList(dimension + 1, rank).stream().reduce(1, (a, b) -> a * b);
    double[] y = new double[output.size()];
    int begin = 0;
    for (int i = 0; i < xs.size(); i++) {
      int run = inputs.get(i).dimensions().get(dimension) * inner;
      for (int j = 0; j < xs.get(i).length; j++) {
        y[j / run * output.dimensions().get(dimension) * inner + begin + j % run] = xs.get(i)[j];
      }
      begin += run;
    }
    return y;
  }

  private double[] drop(int place, double rate, double[] x) {
    short[] kept = new short[x.length];
    masks.draw(Kernels.named("ejml"), Share.ALL, place, rate, 1, x.length, kept);
    double[] y = new double[x.length];
    Arrays.setAll(y, i -> kept[i] == 0 ? 0 : x[i] * Masks.scale(rate));
    return y;
  }

  private double[] augment(int place, Augmentation layer, double[] x) {
    Shape input = architecture.inputShapes().get(place).get(0);
    return training
        ? NaiveTransforms.apply(layer.drawn(input, masks.stream(place, 0)), x)
        : layer.still(input).map(still -> NaiveTransforms.apply(still, x)).orElse(x);
  }

  private static double[] dense(
      int units, int channels, List<Variable> variables, double[] w, double[] x) {
    double[] y = new double[x.length / channels * units];
    for (int j = 0; j < y.length; j++) {
      int unit = j % units;
      y[j] = variables.size() > 1 ? w[variables.get(1).offset() + unit] : 0;
      for (int i = 0; i < channels; i++) {
        y[j] += x[j / units * channels + i] * w[variables.get(0).offset() + i * units + unit];
      }
    }
    return y;
  }
}
