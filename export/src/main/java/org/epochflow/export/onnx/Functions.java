package org.epochflow.export.onnx;

import static org.epochflow.export.onnx.Graph.integer;
import static org.epochflow.export.onnx.Graph.number;

import java.util.List;
import org.epochflow.model.nn.layer.activation.ELU;
import org.epochflow.model.nn.layer.activation.LeakyReLU;
import org.epochflow.model.nn.layer.activation.PReLU;
import org.epochflow.model.nn.layer.activation.ReLU;
import org.epochflow.model.nn.layer.core.Function;

/** Functions, within a layer or as one. They keep the layout of an image. */
final class Functions {
  private static final float SLOPE = 0.2f;
  private static final float SHRINK_BY = 0.5f;
  private static final float HALF = 0.5f;
  private static final float SIXTH = 1 / 6f;

  private Functions() {}

  static Value apply(Graph graph, Function function, Value x) {
    return switch (function) {
      case LINEAR -> x;
      case RELU -> graph.each("Relu", x);
      case RELU6 -> clip(graph, x, 0, 6);
      case LEAKY_RELU -> graph.each("LeakyRelu", x, number("alpha", SLOPE));
      case ELU, CELU -> graph.each("Elu", x, number("alpha", 1));
      case SELU -> graph.each("Selu", x);
      case GELU -> gelu(graph, x);
      case SIGMOID -> graph.each("Sigmoid", x);
      case SILU -> graph.pair("Mul", x, graph.each("Sigmoid", x));
      case MISH -> graph.pair("Mul", x, graph.each("Tanh", graph.each("Softplus", x)));
      case TANH -> graph.each("Tanh", x);
      case TANH_SHRINK -> graph.pair("Sub", x, graph.each("Tanh", x));
      case EXPONENTIAL -> graph.each("Exp", x);
      case SOFTPLUS -> graph.each("Softplus", x);
      case SOFTSIGN -> graph.each("Softsign", x);
      case SQUAREPLUS -> squareplus(graph, x);
      case LOG_SIGMOID -> graph.each("Neg", graph.each("Softplus", graph.each("Neg", x)));
      case HARD_SIGMOID -> hardSigmoid(graph, x, SIXTH);
      case HARD_SILU -> graph.pair("Mul", x, hardSigmoid(graph, x, SIXTH));
      case HARD_TANH -> clip(graph, x, -1, 1);
      case HARD_SHRINK -> shrink(graph, x, 0);
      case SOFT_SHRINK -> shrink(graph, x, SHRINK_BY);
      case SPARSE_PLUS -> sparsePlus(graph, x);
      case SPARSE_SIGMOID -> hardSigmoid(graph, x, HALF);
      case LOG_SOFTMAX -> graph.each("LogSoftmax", x, integer("axis", x.lastAxis()));
      case SOFTMAX -> graph.each("Softmax", x, integer("axis", x.lastAxis()));
    };
  }

  private static Value clip(Graph graph, Value x, float least, float most) {
    return x.next(graph.node("Clip", List.of(x.name(), graph.scalar(least), graph.scalar(most))));
  }

  private static Value hardSigmoid(Graph graph, Value x, float slope) {
    return graph.each("HardSigmoid", x, number("alpha", slope), number("beta", HALF));
  }

  /** {@code x} beyond the threshold, nearer to 0 by {@code bias}; else 0. */
  private static Value shrink(Graph graph, Value x, float bias) {
    return graph.each("Shrink", x, number("lambd", SHRINK_BY), number("bias", bias));
  }

  /** {@code x (1 + erf(x / sqrt(2))) / 2}. */
  private static Value gelu(Graph graph, Value x) {
    Value erf = graph.each("Erf", graph.with("Mul", x, (float) Math.sqrt(HALF)));
    return graph.pair("Mul", graph.with("Mul", x, HALF), graph.with("Add", erf, 1));
  }

  /** {@code (x + sqrt(x^2 + 4)) / 2}. */
  private static Value squareplus(Graph graph, Value x) {
    Value root = graph.each("Sqrt", graph.with("Add", graph.pair("Mul", x, x), 4));
    return graph.with("Mul", graph.pair("Add", x, root), HALF);
  }

  /** {@code min(max(x + 1, 0), 2)^2 / 4 + max(x - 1, 0)}. */
  private static Value sparsePlus(Graph graph, Value x) {
    Value bent = clip(graph, graph.with("Add", x, 1), 0, 2);
    Value curve = graph.with("Mul", graph.pair("Mul", bent, bent), HALF * HALF);
    return graph.pair("Add", curve, graph.each("Relu", graph.with("Sub", x, 1)));
  }

  static Value elu(Graph graph, ELU layer, Form.Inputs inputs) {
    return graph.each("Elu", inputs.x(), number("alpha", (float) layer.alpha()));
  }

  static Value leaky(Graph graph, LeakyReLU layer, Form.Inputs inputs) {
    return graph.each("LeakyRelu", inputs.x(), number("alpha", (float) layer.negativeSlope()));
  }

  /** {@code min(x, maxValue)} above the threshold, else {@code negativeSlope (x - threshold)}. */
  static Value relu(Graph graph, ReLU layer, Form.Inputs inputs) {
    Value x = inputs.x();
    float threshold = (float) layer.threshold();
    Value high =
        Double.isInfinite(layer.maxValue()) ? x : graph.with("Min", x, (float) layer.maxValue());
    Value low = graph.with("Mul", graph.with("Sub", x, threshold), (float) layer.negativeSlope());
    Value above = graph.with("Greater", x, threshold);
    return x.next(graph.node("Where", List.of(above.name(), high.name(), low.name())));
  }

  static Value prelu(Graph graph, PReLU layer, Form.Inputs inputs) {
    Value x = inputs.x();
    String alpha =
        graph.byPlace("alpha", x, inputs.variables().get(0).dimensions(), inputs.variable(0));
    return x.next(graph.node("PRelu", List.of(x.name(), alpha)));
  }
}
