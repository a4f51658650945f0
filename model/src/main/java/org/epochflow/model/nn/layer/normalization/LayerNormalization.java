package org.epochflow.model.nn.layer.normalization;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.core.Sizes;

/**
 * {@code y = gamma (x - mean) / sqrt(variance + epsilon) + beta}, mean and variance of each vector
 * along the last axis by itself (Ba, Kiros and Hinton, 2016). Variables: {@code gamma} and {@code
 * beta}, each {@code [channels]}.
 *
 * <p>With {@code n = (x - mean) / sqrt(variance + epsilon)} and {@code g = gamma dy}: {@code dbeta}
 * and {@code dgamma} are the sums of {@code dy} and {@code dy n}, and {@code dx = (g - mean of g -
 * n * mean of g n) / sqrt(variance + epsilon)}.
 *
 * @param axis -1, or the last axis's number
 */
public record LayerNormalization(String name, int axis, double epsilon, GammaAndBeta gammaAndBeta)
    implements Layer {
  private static final double DEFAULT_EPSILON = 1e-3;

  public LayerNormalization {
    Sizes.requireZeroOrMore(name, "epsilon", epsilon);
  }

  /** With Keras's defaults. */
  public LayerNormalization(String name) {
    this(name, Axis.LAST, DEFAULT_EPSILON, GammaAndBeta.DEFAULT);
  }

  @Override
  public Shape output(Shape input) {
    Axis.requireLast(name, axis, input);
    return input;
  }

  @Override
  public List<Variable> variables(Shape input) {
    return gammaAndBeta.variables(input);
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return List.of(new Bound(input, variables));
  }

  @Override
  public void write(ObjectNode config) {
    config.put(Axis.SETTING, axis).put("epsilon", epsilon);
    gammaAndBeta.writeFlags(config);
    gammaAndBeta.writeInitializers(config);
    gammaAndBeta.writeRegularizers(config);
  }

  public static LayerNormalization read(JsonObject config) throws ModelFormatException {
    config.expect("rms_scaling", "false", "null");
    double epsilon = config.has("epsilon") ? config.number("epsilon") : DEFAULT_EPSILON;
    GammaAndBeta gammaAndBeta = GammaAndBeta.read(config);
    return new LayerNormalization(config.text("name"), Axis.read(config), epsilon, gammaAndBeta);
  }

  private final class Bound extends Operation {
    private final int channels;
    private final GammaAndBeta.Places places;

    /** Of each vector its mean and one over its deviation. */
    private float[] statistics = {};

    /** Of each example and channel the sums of {@code dy} and of {@code dy n}. */
    private float[] sums = {};

    Bound(Shape shape, List<Variable> variables) {
      super(shape, shape);
      channels = shape.last();
      places = new GammaAndBeta.Places(gammaAndBeta, variables);
    }

    @Override
    public void reshape(int examples, boolean inputGradient) {
      super.reshape(examples, inputGradient);
      int vectors = y.getNumElements() / channels;
      if (statistics.length < 2 * vectors) {
        statistics = new float[2 * vectors];
      }
      if (sums.length < 2 * examples * channels) {
        sums = new float[2 * examples * channels];
      }
    }

    @Override
    public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      pass.readsExamples();
      int to = pass.share().to(x.numRows) * x.numCols;
      for (int at = pass.share().from(x.numRows) * x.numCols; at < to; at += channels) {
        normalize(pass.w(), x.data, at);
      }
      pass.wroteExamples();
      return y;
    }

    private void normalize(float[] w, float[] x, int at) {
      double sum = 0;
      for (int i = at; i < at + channels; i++) {
        sum += x[i];
      }
      float mean = (float) (sum / channels);
      double squares = 0;
      for (int i = at; i < at + channels; i++) {
        float apart = x[i] - mean;
        squares += apart * apart;
      }
      float inverse = (float) (1 / Math.sqrt(squares / channels + epsilon));
      statistics[2 * (at / channels)] = mean;
      statistics[2 * (at / channels) + 1] = inverse;
      for (int c = 0; c < channels; c++) {
        float normal = (x[at + c] - mean) * inverse;
        y.data[at + c] = normal * places.gamma(w, c) + places.beta(w, c);
      }
    }

    @Override
    public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      pass.readsExamples();
      int to = pass.share().to(x.numRows);
      for (int row = pass.share().from(x.numRows); row < to; row++) {
        int dBeta = 2 * row * channels;
        Arrays.fill(sums, dBeta, dBeta + 2 * channels, 0f);
        for (int at = row * x.numCols; at < (row + 1) * x.numCols; at += channels) {
          add(x.data, dy.data, at, dBeta);
          if (inputGradient) {
            inputGradient(pass.w(), x.data, dy.data, at);
          }
        }
      }
      pass.wroteExamples();
      return inputGradient ? dx : dy;
    }

    private void add(float[] x, float[] dy, int at, int dBeta) {
      float mean = statistics[2 * (at / channels)];
      float inverse = statistics[2 * (at / channels) + 1];
      for (int c = 0; c < channels; c++) {
        sums[dBeta + c] += dy[at + c];
        sums[dBeta + channels + c] += dy[at + c] * ((x[at + c] - mean) * inverse);
      }
    }

    private void inputGradient(float[] w, float[] x, float[] dy, int at) {
      float mean = statistics[2 * (at / channels)];
      float inverse = statistics[2 * (at / channels) + 1];
      double sum = 0;
      double products = 0;
      for (int c = 0; c < channels; c++) {
        float g = places.gamma(w, c) * dy[at + c];
        sum += g;
        products += g * ((x[at + c] - mean) * inverse);
      }
      float meanG = (float) (sum / channels);
      float meanProduct = (float) (products / channels);
      for (int c = 0; c < channels; c++) {
        float normal = (x[at + c] - mean) * inverse;
        float g = places.gamma(w, c) * dy[at + c];
        dx.data[at + c] = (g - meanG - normal * meanProduct) * inverse;
      }
    }

    @Override
    public void learn(Pass pass, FMatrixRMaj x, FMatrixRMaj dy) {
      int to = pass.share().to(channels);
      for (int c = pass.share().from(channels); c < to; c++) {
        double dBeta = 0;
        double dGamma = 0;
        for (int row = 0; row < x.numRows; row++) {
          dBeta += sums[2 * row * channels + c];
          dGamma += sums[(2 * row + 1) * channels + c];
        }
        places.learn(pass.gradient(), c, (float) dGamma, (float) dBeta);
      }
    }
  }
}
