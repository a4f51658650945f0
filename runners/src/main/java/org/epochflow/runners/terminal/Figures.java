package org.epochflow.runners.terminal;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.text.WordUtils;
import org.epochflow.model.metric.ConfusionMatrix;
import org.epochflow.model.metric.ConfusionMatrix.ClassFigures;
import org.epochflow.model.metric.ConfusionMatrix.Means;
import org.epochflow.model.metric.Diagnosis;
import org.epochflow.model.metric.LearningCurves;
import org.epochflow.model.metric.Quality;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.train.ClassNames;
import org.jspecify.annotations.Nullable;

/** The figures of an evaluation as text. */
public final class Figures {
  private static final int WIDTH = 80;
  private static final String MACRO = "macro mean";
  private static final String WEIGHTED = "weighted mean";

  private Figures() {}

  /** {@code Test loss: 0.4123 accuracy: 0.8567 (10,000 examples)}. */
  public static String line(String title, Tally tally) {
    return String.format(
        Locale.ROOT,
        "%s  loss: %.4f  accuracy: %.4f  (%,d examples)",
        title,
        tally.loss(),
        tally.accuracy(),
        tally.examples());
  }

  /**
   * Returns the calibration error, and the top-k accuracy where it is asked for, as a line that
   * ends with a line feed.
   */
  public static String probabilities(Quality quality, @Nullable Integer topK) {
    return (topK == null
            ? ""
            : String.format(
                Locale.ROOT, "Top-%d accuracy: %.4f  ", topK, quality.ranking().topK(topK)))
        + String.format(
            Locale.ROOT, "Expected calibration error: %.4f\n", quality.calibration().error());
  }

  /**
   * Returns the matrix with named rows and columns. Each line ends with a line feed. If the names
   * would make it too wide, the columns have labels instead, which then precede the rows' names.
   */
  public static String confusion(ConfusionMatrix matrix, List<String> names) {
    requireNames(matrix, names);
    boolean wide = widest(names) + (widest(names) + 2) * names.size() > WIDTH;
    List<String> numbers = ClassNames.numbers(names.size());
    List<String> columns = wide ? numbers : names;
    int number = widest(numbers);
    List<String> rows =
        wide
            ? IntStream.range(0, names.size())
                .mapToObj(i -> right(numbers.get(i), number) + " " + names.get(i))
                .toList()
            : names;
    int width = Math.max(widest(columns), String.valueOf(largest(matrix)).length());
    int first = Math.max(4, widest(rows));
    String head = columns.stream().map(n -> right(n, width)).collect(Collectors.joining("  "));
    StringBuilder text = new StringBuilder("\nConfusion (rows: true, columns: predicted)\n");
    text.append(" ".repeat(first)).append("  ").append(head).append('\n');
    for (int label = 0; label < matrix.classes(); label++) {
      int row = label;
      text.append(left(rows.get(label), first)).append("  ");
      text.append(
          IntStream.range(0, matrix.classes())
              .mapToObj(column -> right(String.valueOf(matrix.count(row, column)), width))
              .collect(Collectors.joining("  ")));
      text.append('\n');
    }
    return text.toString();
  }

  /** Returns the diagnosis of learning curves, in lines that fit a terminal. */
  public static String diagnosis(LearningCurves curves) {
    return Diagnosis.of(curves)
        .lines()
        .map(line -> wrapped(line) + "\n")
        .collect(Collectors.joining());
  }

  /** Wraps a sentence into lines that fit a terminal. */
  static String wrapped(String sentence) {
    return WordUtils.wrap(sentence, WIDTH, "\n", false);
  }

  /**
   * Returns precision, recall, f1 and support of each class, and their means over the classes. Each
   * line ends with a line feed.
   */
  public static String perClass(ConfusionMatrix matrix, List<String> names) {
    requireNames(matrix, names);
    int first = Math.max(WEIGHTED.length(), widest(names));
    StringBuilder text = new StringBuilder();
    text.append('\n').append(left("class", first)).append("  precision  recall      f1  support\n");
    for (int c = 0; c < names.size(); c++) {
      ClassFigures its = matrix.perClass().get(c);
      Means figures = new Means(its.precision(), its.recall(), its.f1());
      text.append(row(left(names.get(c), first), figures, its.support()));
    }
    text.append('\n');
    text.append(row(left(MACRO, first), matrix.macro(), matrix.examples()));
    return text.append(row(left(WEIGHTED, first), matrix.weighted(), matrix.examples())).toString();
  }

  private static String row(String name, Means figures, long support) {
    return String.format(
        Locale.ROOT,
        "%s  %9.4f  %6.4f  %6.4f  %7d\n",
        name,
        figures.precision(),
        figures.recall(),
        figures.f1(),
        support);
  }

  private static long largest(ConfusionMatrix matrix) {
    return IntStream.range(0, matrix.classes())
        .boxed()
        .flatMapToLong(
            row -> IntStream.range(0, matrix.classes()).mapToLong(c -> matrix.count(row, c)))
        .max()
        .orElse(0);
  }

  private static void requireNames(ConfusionMatrix matrix, List<String> names) {
    if (names.size() != matrix.classes()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected a name for each of %d classes, found %d",
              matrix.classes(),
              names.size()));
    }
  }

  private static int widest(List<String> names) {
    return names.stream().map(String::length).max(Comparator.naturalOrder()).orElse(0);
  }

  private static String left(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private static String right(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }
}
