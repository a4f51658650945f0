package org.epochflow.model.nn.layer.core;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Ending;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.function.Curve;
import org.epochflow.model.nn.layer.function.Elementwise;
import org.epochflow.model.nn.layer.function.Exponentials;
import org.epochflow.model.nn.layer.function.LogSoftmax;
import org.epochflow.model.nn.layer.function.Pieces;
import org.epochflow.model.nn.layer.function.Rationals;
import org.epochflow.model.nn.layer.function.Softmax;

/**
 * What a layer applies to its sums, by Keras's names and with its settings: the one place to add
 * such a function to. Keras has three more, which are refused: {@code glu} halves its input, {@code
 * threshold} has no settings of its own, and {@code sparsemax} is not the published function, as it
 * adds up cumulative sums.
 */
public enum Function {
  /** {@code y = x}. */
  LINEAR,

  /** {@code y = max(x, 0)}. */
  RELU,

  /** {@code y = min(max(x, 0), 6)}. */
  RELU6,

  /** {@code y = max(x, 0.2 x)}. */
  LEAKY_RELU,

  /** {@code y = x} above 0, {@code e^x - 1} below. */
  ELU,

  /** {@code y = x} above 0, {@code e^x - 1} below, as {@link #ELU}. */
  CELU,

  /** {@code y = 1.0507 x} above 0, {@code 1.0507 * 1.6733 (e^x - 1)} below. */
  SELU,

  /** {@code y = x P(X <= x)}, X standard normal. */
  GELU,

  /** {@code y = 1 / (1 + e^-x)}. */
  SIGMOID,

  /** {@code y = x / (1 + e^-x)}; Keras calls it {@code swish} too. */
  SILU,

  /** {@code y = x tanh(log(1 + e^x))}. */
  MISH,

  /** {@code y = tanh(x)}. */
  TANH,

  /** {@code y = x - tanh(x)}. */
  TANH_SHRINK,

  /** {@code y = e^x}. */
  EXPONENTIAL,

  /** {@code y = log(1 + e^x)}. */
  SOFTPLUS,

  /** {@code y = x / (1 + |x|)}. */
  SOFTSIGN,

  /** {@code y = (x + sqrt(x^2 + 4)) / 2}. */
  SQUAREPLUS,

  /** {@code y = -log(1 + e^-x)}. */
  LOG_SIGMOID,

  /** {@code y = x / 6 + 1/2}, from 0 to 1. */
  HARD_SIGMOID,

  /** {@code y = x (x / 6 + 1/2)}, the second factor from 0 to 1; {@code hard_swish} too. */
  HARD_SILU,

  /** {@code y = x}, from -1 to 1. */
  HARD_TANH,

  /** {@code y = x} where {@code |x| > 1/2}, else 0. */
  HARD_SHRINK,

  /** {@code y = x}, nearer to 0 by 1/2 and 0 where that would cross it. */
  SOFT_SHRINK,

  /** {@code y = 0} up to -1, {@code (x + 1)^2 / 4} up to 1, {@code x} beyond. */
  SPARSE_PLUS,

  /** {@code y = (x + 1) / 2}, from 0 to 1. */
  SPARSE_SIGMOID,

  /** {@code y_i = x_i - log(sum_j e^x_j)} along the last axis. */
  LOG_SOFTMAX,

  /**
   * {@code y_i = e^x_i / sum_j e^x_j} along the last axis. The last layer's is the network's, which
   * computes it together with the loss.
   */
  SOFTMAX;

  private static final String SETTING = "activation";
  private static final Map<String, Function> OTHER_NAMES =
      Map.of("swish", SILU, "hard_swish", HARD_SILU);

  private static final float SELU_SCALE = 1.050701f;
  private static final float SELU_ALPHA = 1.6732632f;
  private static final float SLOPE = 0.2f;
  private static final float SHRINK_BY = 0.5f;

  /** The function as an operation of its own; none if there is nothing to do. */
  public List<Operation> bind(Shape shape) {
    return switch (this) {
      case LINEAR -> List.of();
      case RELU -> List.of(new Relu(shape));
      case RELU6 -> each(shape, new Pieces.Clipped(1, 0, 0, 6));
      case LEAKY_RELU -> each(shape, new Pieces.Leaky(SLOPE));
      case ELU, CELU -> each(shape, new Exponentials.ExponentialLinear(1, 1));
      case SELU -> each(shape, new Exponentials.ExponentialLinear(SELU_SCALE, SELU_ALPHA));
      case GELU -> each(shape, new Exponentials.Gelu());
      case SIGMOID -> each(shape, new Exponentials.Sigmoid());
      case SILU -> each(shape, new Exponentials.Silu());
      case MISH -> each(shape, new Exponentials.Mish());
      case TANH -> each(shape, new Rationals.Tanh());
      case TANH_SHRINK -> each(shape, new Rationals.TanhShrink());
      case EXPONENTIAL -> each(shape, new Exponentials.Exponential());
      case SOFTPLUS -> each(shape, new Exponentials.Softplus(1));
      case SOFTSIGN -> each(shape, new Rationals.Softsign());
      case SQUAREPLUS -> each(shape, new Rationals.Squareplus());
      case LOG_SIGMOID -> each(shape, new Exponentials.Softplus(-1));
      case HARD_SIGMOID -> each(shape, new Pieces.Clipped(1 / 6f, 0.5f, 0, 1));
      case HARD_SILU -> each(shape, new Pieces.HardSilu());
      case HARD_TANH -> each(shape, new Pieces.Clipped(1, 0, -1, 1));
      case HARD_SHRINK -> each(shape, new Pieces.HardShrink(SHRINK_BY));
      case SOFT_SHRINK -> each(shape, new Pieces.SoftShrink(SHRINK_BY));
      case SPARSE_PLUS -> each(shape, new Pieces.SparsePlus());
      case SPARSE_SIGMOID -> each(shape, new Pieces.Clipped(0.5f, 0.5f, 0, 1));
      case LOG_SOFTMAX -> List.of(new LogSoftmax(shape));
      case SOFTMAX -> List.of(new Softmax(shape));
    };
  }

  private static List<Operation> each(Shape shape, Curve curve) {
    return List.of(new Elementwise(shape, curve));
  }

  /** What the outputs of a network are that ends in it. */
  public Ending ending() {
    return switch (this) {
      case SOFTMAX -> Ending.SOFTMAX;
      case SIGMOID -> Ending.SIGMOID;
      default -> Ending.LOGITS;
    };
  }

  /** Keras's name for it. */
  public String kerasName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The setting {@code activation}, which may be missing: a name, or an object that Keras makes a
   * function or a layer of.
   */
  public static Function read(JsonObject config) throws ModelFormatException {
    if (!config.has(SETTING)) {
      return LINEAR;
    }
    JsonNode value = config.node().get(SETTING);
    return value.isObject() ? of(config.object(SETTING)) : named(config, SETTING);
  }

  private static Function named(JsonObject config, String setting) throws ModelFormatException {
    String name = config.text(setting);
    for (Function function : values()) {
      if (function.kerasName().equals(name)) {
        return function;
      }
    }
    Function other = OTHER_NAMES.get(name);
    if (other != null) {
      return other;
    }
    throw config.fault(
        setting,
        Arrays.stream(values()).map(Function::kerasName).collect(Collectors.joining(", ")));
  }

  /** A layer's settings are those of a function, or refused. */
  private static Function of(JsonObject object) throws ModelFormatException {
    String type = object.text("class_name");
    if (type.equals("function")) {
      return named(object, "config");
    }
    JsonObject config = object.object("config");
    return switch (type) {
      case "Activation" -> read(config);
      case "ReLU" -> {
        config.expect("negative_slope", "0", "0.0", "null");
        config.expect("threshold", "0", "0.0", "null");
        config.expect("max_value", "null", "6", "6.0");
        yield config.has("max_value") ? RELU6 : RELU;
      }
      case "LeakyReLU" -> {
        String field = config.has("alpha") ? "alpha" : "negative_slope";
        if ((float) config.number(field) != SLOPE) {
          throw config.fault(field, String.valueOf(SLOPE));
        }
        yield LEAKY_RELU;
      }
      case "ELU" -> {
        config.expect("alpha", "1", "1.0");
        yield ELU;
      }
      case "Softmax" -> {
        config.expect("axis", "-1");
        yield SOFTMAX;
      }
      default ->
          throw object.fault("class_name", "function, Activation, ReLU, LeakyReLU, ELU or Softmax");
    };
  }

  /** A relu that no layer before it has taken over. */
  private static final class Relu extends Operation {
    Relu(Shape shape) {
      super(shape, shape);
    }

    @Override
    public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      pass.readsExamples();
      int to = pass.share().to(x.numRows) * x.numCols;
      for (int i = pass.share().from(x.numRows) * x.numCols; i < to; i++) {
        y.data[i] = Math.max(0, x.data[i]);
      }
      pass.wroteExamples();
      return y;
    }

    @Override
    public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      pass.readsExamples();
      pass.kernels().reluGradient(y, dy);
      pass.wroteExamples();
      return dy;
    }
  }
}
