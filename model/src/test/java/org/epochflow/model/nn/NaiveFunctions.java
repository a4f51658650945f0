package org.epochflow.model.nn;

import java.util.Arrays;
import org.epochflow.model.nn.layer.core.Function;

/** The formulas of all functions in double precision, by the JDK's own e to the x and tanh. */
final class NaiveFunctions {
  private NaiveFunctions() {}

  /**
   * The function of an example.
   *
   * @param size of the vectors along the last axis
   */
  static double[] of(Function function, double[] x, int size) {
    double[] y = new double[x.length];
    for (int from = 0; from < x.length; from += size) {
      double[] vector = Arrays.copyOfRange(x, from, from + size);
      System.arraycopy(ofVector(function, vector), 0, y, from, size);
    }
    return y;
  }

  private static double[] ofVector(Function function, double[] x) {
    return switch (function) {
      case SOFTMAX -> softmax(x);
      case LOG_SOFTMAX -> Arrays.stream(softmax(x)).map(Math::log).toArray();
      default -> Arrays.stream(x).map(v -> of(function, v)).toArray();
    };
  }

  private static double[] softmax(double[] x) {
    double largest = Arrays.stream(x).max().orElseThrow();
    double sum = Arrays.stream(x).map(v -> Math.exp(v - largest)).sum();
    return Arrays.stream(x).map(v -> Math.exp(v - largest) / sum).toArray();
  }

  static double of(Function function, double x) {
    return switch (function) {
      case LINEAR -> x;
      case RELU -> Math.max(0, x);
      case RELU6 -> Math.min(Math.max(0, x), 6);
      case LEAKY_RELU -> x > 0 ? x : 0.2f * x;
      case ELU, CELU -> x > 0 ? x : Math.expm1(x);
      case SELU -> (float) 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x));
      case GELU -> x * normal(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case SILU -> x / (1 + Math.exp(-x));
      case MISH -> x * Math.tanh(Math.log1p(Math.exp(x)));
      case TANH -> Math.tanh(x);
      case TANH_SHRINK -> x - Math.tanh(x);
      case EXPONENTIAL -> Math.exp(x);
      case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      case SOFTSIGN -> x / (1 + Math.abs(x));
      case SQUAREPLUS -> x > 0 ? (x + Math.sqrt(x * x + 4)) / 2 : 2 / (Math.sqrt(x * x + 4) - x);
      case LOG_SIGMOID -> Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
      case HARD_SIGMOID -> Math.min(Math.max(x / 6 + 0.5, 0), 1);
      case HARD_SILU -> x * Math.min(Math.max(x / 6 + 0.5, 0), 1);
      case HARD_TANH -> Math.min(Math.max(x, -1), 1);
      case HARD_SHRINK -> Math.abs(x) > 0.5 ? x : 0;
      case SOFT_SHRINK -> x > 0.5 ? x - 0.5 : x < -0.5 ? x + 0.5 : 0;
      case SPARSE_PLUS -> x <= -1 ? 0 : x < 1 ? (x + 1) * (x + 1) / 4 : x;
      case SPARSE_SIGMOID -> Math.min(Math.max((x + 1) / 2, 0), 1);
      case SOFTMAX, LOG_SOFTMAX ->
          throw new IllegalArgumentException("Expected a function of a value, found " + function);
    };
  }

  /**
   * The probability that a standard normal variable is below {@code x}: a series near 0, else a
   * continued fraction.
   */
  static double normal(double x) {
    double size = Math.abs(x);
    double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    double beyond;
    if (size < 3) {
      double term = size;
      double sum = term;
      for (int n = 1; n < 200; n++) {
        term *= size * size / (2 * n + 1);
        sum += term;
      }
      beyond = 0.5 - density * sum;
    } else {
      double fraction = size;
      for (int n = 400; n > 0; n--) {
        fraction = size + n / fraction;
      }
      beyond = density / fraction;
    }
    return x > 0 ? 1 - beyond : beyond;
  }
}
