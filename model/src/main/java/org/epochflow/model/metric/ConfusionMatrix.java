package org.epochflow.model.metric;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * How often each class was taken for which: {@code counts: [classes x classes]}, rows are true
 * labels, columns predicted ones.
 *
 * <p>Immutable: the counts are copied in and out. They are whole numbers, so any grouping of the
 * same examples merges to the same matrix. {@link #plus} copies {@code classes * classes} counts;
 * {@link #of} counts many examples in one copy.
 *
 * @param counts row after row
 */
public record ConfusionMatrix(int classes, long[] counts) {
  /**
   * How well one class is distinguished from the others, as in scikit-learn's {@code
   * precision_recall_fscore_support} with {@code zero_division=0}: a figure whose divisor is 0 is
   * 0.
   *
   * @param precision the share of the examples predicted as the class that are of it
   * @param recall the share of the examples of the class that are predicted as it
   * @param f1 the harmonic mean of both
   * @param support how many examples are of the class
   */
  public record ClassFigures(double precision, double recall, double f1, long support) {}

  /**
   * Means over the classes, as in scikit-learn with {@code zero_division=0}. The classes are those
   * that are the label or the prediction of an example at least: scikit-learn's own choice.
   *
   * @param f1 the mean of the classes' f1, which is not the harmonic mean of the other two
   */
  public record Means(double precision, double recall, double f1) {}

  public ConfusionMatrix {
    if (classes < 1) {
      throw new IllegalArgumentException("Expected 1 class or more, found " + classes);
    }
    if (counts.length != classes * classes) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "Expected %d counts, found %d", classes * classes, counts.length));
    }
    counts = counts.clone();
  }

  /** No examples yet. */
  public static ConfusionMatrix empty(int classes) {
    return new ConfusionMatrix(classes, new long[classes * classes]);
  }

  /** Example {@code i} has the label {@code labels[i]} and was predicted {@code predicted[i]}. */
  public static ConfusionMatrix of(int classes, int[] labels, int[] predicted) {
    if (labels.length != predicted.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected one prediction for each label, found %d labels and %d predictions",
              labels.length,
              predicted.length));
    }
    ConfusionMatrix none = empty(classes);
    long[] counts = none.counts();
    for (int i = 0; i < labels.length; i++) {
      counts[none.index(labels[i], predicted[i])]++;
    }
    return new ConfusionMatrix(classes, counts);
  }

  /** The same with one more example. */
  public ConfusionMatrix plus(int label, int prediction) {
    long[] sums = counts.clone();
    sums[index(label, prediction)]++;
    return new ConfusionMatrix(classes, sums);
  }

  /** The examples of both. */
  public ConfusionMatrix merge(ConfusionMatrix other) {
    if (other.classes != classes) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "Expected a matrix of %d classes, found %d", classes, other.classes));
    }
    long[] sums = counts.clone();
    Arrays.setAll(sums, i -> Math.addExact(sums[i], other.counts[i]));
    return new ConfusionMatrix(classes, sums);
  }

  @Override
  public long[] counts() {
    return counts.clone();
  }

  /** How many examples of {@code label} were predicted as {@code prediction}. */
  public long count(int label, int prediction) {
    return counts[index(label, prediction)];
  }

  public long examples() {
    return Arrays.stream(counts).sum();
  }

  /** The share of the examples on the diagonal; NaN if there are none, as in {@link Tally}. */
  public double accuracy() {
    long correct = IntStream.range(0, classes).mapToLong(c -> count(c, c)).sum();
    long examples = examples();
    return examples == 0 ? Double.NaN : (double) correct / examples;
  }

  /** The figures of every class, in the order of the labels. */
  public List<ClassFigures> perClass() {
    return IntStream.range(0, classes).mapToObj(this::figures).toList();
  }

  /** Means in which each class counts the same; NaN if there are no examples. */
  public Means macro() {
    return means(label -> support(label) + predicted(label) > 0 ? 1 : 0);
  }

  /** Means in which each class counts by its support; NaN if there are no examples. */
  public Means weighted() {
    return means(this::support);
  }

  private Means means(IntToLongFunction weight) {
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    long weights = 0;
    for (int label = 0; label < classes; label++) {
      ClassFigures its = figures(label);
      long counts = weight.applyAsLong(label);
      precision += counts * its.precision;
      recall += counts * its.recall;
      f1 += counts * its.f1;
      weights += counts;
    }
    return new Means(precision / weights, recall / weights, f1 / weights);
  }

  private long support(int label) {
    return IntStream.range(0, classes).mapToLong(other -> count(label, other)).sum();
  }

  private long predicted(int label) {
    return IntStream.range(0, classes).mapToLong(other -> count(other, label)).sum();
  }

  private ClassFigures figures(int label) {
    long correct = count(label, label);
    long support = support(label);
    long predicted = predicted(label);
    return new ClassFigures(
        ratio(correct, predicted),
        ratio(correct, support),
        ratio(2 * correct, predicted + support),
        support);
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  private int index(int label, int prediction) {
    if (label < 0 || label >= classes || prediction < 0 || prediction >= classes) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected label and prediction from 0 to %d, found %d and %d",
              classes - 1,
              label,
              prediction));
    }
    return label * classes + prediction;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfusionMatrix that
        && classes == that.classes
        && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    List<String> rows =
        IntStream.range(0, classes)
            .mapToObj(c -> Arrays.copyOfRange(counts, c * classes, (c + 1) * classes))
            .map(Arrays::toString)
            .toList();
    return "ConfusionMatrix" + rows;
  }
}
