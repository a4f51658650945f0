package org.epochflow.model.nn;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.OptBoolean;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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

  /** Less would change no weight, but products with it be subnormal, which take far longer. */
  private static final float LEAST_GRADIENT = 0x1p-100f;

  /**
   * What a training chooses of its loss; the rest follows from its network.
   *
   * <p>Balanced weights are scikit-learn's: {@code w(k) = n / (classes n(k))}, of the n training
   * examples those of class k and the classes that have any. They are known when the examples are
   * counted.
   *
   * @param classWeights {@code balanced}, or labels with their weights, {@code 0:1.0,2:3.5}, where
   *     all others weigh 1; null where all do
   * @param balanced the balanced weights; null until they are known, or where none are asked for
   */
  public record Settings(
      @JsonInclude(Include.NON_DEFAULT) @JsonProperty(isRequired = OptBoolean.FALSE)
          double labelSmoothing,
      @JsonInclude(Include.NON_NULL) @JsonProperty(isRequired = OptBoolean.FALSE)
          @Nullable String classWeights,
      @JsonInclude(Include.NON_NULL)
          @JsonProperty(value = "balancedWeights", isRequired = OptBoolean.FALSE)
          @Nullable List<Double> balanced)
      implements Serializable {
    /** All examples count alike, and nothing is smoothed. */
    public static final Settings PLAIN = new Settings(0, null, null);

    /** The word for balanced weights. */
    public static final String BALANCED = "balanced";

    private static final String FORM = "\\d{1,5}:[0-9.]+([eE]-?\\d+)?";

    public Settings {
      if (balanced != null) {
        balanced = List.copyOf(balanced);
        if (!BALANCED.equals(classWeights)) {
          throw new IllegalArgumentException(
              "Expected classWeights of balanced with balancedWeights, found " + classWeights);
        }
      }
    }

    /** The text of weights by their labels. */
    public static String text(Map<Integer, Double> weights) {
      return weights.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .map(weight -> weight.getKey() + ":" + weight.getValue())
          .collect(Collectors.joining(","));
    }

    /** Whether the weights follow from examples that are not counted yet. */
    public boolean needsCounts() {
      return BALANCED.equals(classWeights) && balanced == null;
    }

    /**
     * The same with balanced weights. A class without examples weighs 1.
     *
     * @param examples the training examples of each class
     */
    public Settings balancedBy(List<Long> examples) {
      double all = examples.stream().mapToLong(each -> each).sum();
      long classes = examples.stream().filter(each -> each > 0).count();
      return new Settings(
          labelSmoothing,
          classWeights,
          examples.stream().map(each -> each == 0 ? 1 : all / (classes * each)).toList());
    }

    /**
     * The loss of a network; while weights are not known, without them.
     *
     * @throws IllegalArgumentException if a weight is of no class
     */
    public Loss of(Architecture architecture) {
      Loss loss =
          new Loss(
              architecture.ending() == Ending.LOGITS,
              labelSmoothing,
              weights(architecture.classes()));
      loss.requireClasses(architecture.classes());
      return loss;
    }

    private List<Double> weights(int classes) {
      if (classWeights == null || BALANCED.equals(classWeights)) {
        return balanced == null ? List.of() : balanced;
      }
      List<Double> weights = new ArrayList<>(Collections.nCopies(classes, 1.0));
      for (String each : classWeights.split(",", -1)) {
        int label =
            each.matches(FORM) ? Integer.parseInt(each.substring(0, each.indexOf(':'))) : -1;
        if (label < 0 || label >= classes) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "Expected class weights such as 0:1,1:3 of labels from 0 to %d, found %s",
                  classes - 1,
                  each));
        }
        weights.set(label, Double.valueOf(each.substring(each.indexOf(':') + 1)));
      }
      return weights;
    }
  }

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
   * classes, {@code outputs} of them, times {@code scale}: {@code scale w(k) (p(c) - t(c))}, or 0
   * below {@link #LEAST_GRADIENT}.
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
      float gradient = (probabilities[from + c] - (float) target(c, label, classes)) * factor;
      dLogits[at + c - without] = Math.abs(gradient) < LEAST_GRADIENT ? 0 : gradient;
    }
  }

  private double target(int c, int label, int classes) {
    return (c == label ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
  }
}
