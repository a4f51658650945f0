package org.epochflow.model.nn;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * Cross-entropy, as Keras defines it, of two classes also where the network has one output: an
 * example of class {@code k} has the loss {@code -w(k) sum_c t(c) log p(c)}, with {@code t(c) = (1
 * - s) [c = k] + s / classes}.
 *
 * <p>Probabilities of a softmax layer are clipped to {@code [1e-7, 1 - 1e-7]} before the logarithm,
 * so an example's loss is at most 16.118. Of logits nothing is clipped; the largest loss is 103.28,
 * that of the smallest float.
 *
 * @param fromLogits whether the network ends in logits
 * @param labelSmoothing {@code s}, from 0 to below 1
 * @param classWeights {@code w}, one for each class, which count in training alone; empty for 1
 */
public record Loss(boolean fromLogits, double labelSmoothing, List<Double> classWeights)
    implements Serializable {
  private static final float LEAST = 1e-7f;

  public Loss {
    classWeights = List.copyOf(classWeights);
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException(
          "Expected labelSmoothing of 0 or more and below 1, found " + labelSmoothing);
    }
    for (double weight : classWeights) {
      if (!(weight >= 0 && Double.isFinite(weight))) {
        throw new IllegalArgumentException(
            "Expected class weights of 0 or more, found " + classWeights);
      }
    }
  }

  /** The plain cross-entropy of a network's outputs. */
  public static Loss of(Architecture architecture) {
    return new Loss(architecture.ending() == Ending.LOGITS, 0, List.of());
  }

  /** Checks that there is a weight for each class, or none at all. */
  public void requireClasses(int classes) {
    if (!classWeights.isEmpty() && classWeights.size() != classes) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected a weight for each of %d classes, found %d",
              classes,
              classWeights.size()));
    }
  }

  /** The factor of a class's examples in training. */
  float weight(int label) {
    return classWeights.isEmpty() ? 1 : classWeights.get(label).floatValue();
  }

  /**
   * An example's loss, not weighted.
   *
   * @param probabilities of which the example's begin at {@code from}
   */
  public float of(float[] probabilities, int from, int classes, int label) {
    if (labelSmoothing == 0) {
      return of(probabilities[from + label]);
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += target(c, label, classes) * of(probabilities[from + c]);
    }
    return (float) sum;
  }

  private float of(float probability) {
    float least = fromLogits ? Float.MIN_VALUE : LEAST;
    float most = fromLogits ? 1 : 1 - LEAST;
    return (float) -StrictMath.log(Math.max(least, Math.min(most, probability)));
  }

  /**
   * Writes the gradient of an example's weighted loss with respect to the logits of the last
   * classes, {@code outputs} of them, times {@code scale}: {@code scale w(k) (p(c) - t(c))}.
   */
  void gradient(
      float[] probabilities,
      int from,
      int classes,
      int label,
      float scale,
      float[] dLogits,
      int at,
      int outputs) {
    float factor = scale * weight(label);
    int without = classes - outputs;
    for (int c = without; c < classes; c++) {
      dLogits[at + c - without] =
          (probabilities[from + c] - (float) target(c, label, classes)) * factor;
    }
  }

  private double target(int c, int label, int classes) {
    return (c == label ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
  }
}
