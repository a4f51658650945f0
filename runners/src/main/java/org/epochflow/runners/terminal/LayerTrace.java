package org.epochflow.runners.terminal;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.epochflow.model.nn.Activations;

/** The output of every layer for one image as text, and the probabilities. */
public final class LayerTrace {
  private static final int BAR = 30;

  private LayerTrace() {}

  /** Returns the text. Each line ends with a line feed. */
  public static String of(
      List<Activations.Output> outputs, List<String> names, int index, int label) {
    StringBuilder text = new StringBuilder();
    int named = widest(outputs.stream().map(LayerTrace::title));
    int shaped = Math.max(12, widest(outputs.stream().map(output -> output.shape().toString())));
    String format = "%-" + named + "s  %-" + shaped + "s  %7s  %7s  %7s  %5s\n";
    text.append(format(format, "layer", "output shape", "min", "mean", "max", "zeros"));
    for (Activations.Output output : outputs) {
      float[] values = output.values();
      double mean =
          IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(0);
      double min = IntStream.range(0, values.length).mapToDouble(i -> values[i]).min().orElse(0);
      double max = IntStream.range(0, values.length).mapToDouble(i -> values[i]).max().orElse(0);
      long zeros = IntStream.range(0, values.length).filter(i -> values[i] == 0).count();
      text.append(
          format(
              format,
              title(output),
              output.shape(),
              format("%.4f", min),
              format("%.4f", mean),
              format("%.4f", max),
              format("%.0f%%", 100.0 * zeros / values.length)));
    }
    float[] probabilities = outputs.get(outputs.size() - 1).values();
    int width = widest(names.stream());
    text.append(String.format(Locale.ROOT, "\nTest image %d, probability of each class\n", index));
    for (int c = 0; c < probabilities.length; c++) {
      String bar = "━".repeat(Math.round(probabilities[c] * BAR));
      String row =
          format(
              "%-" + width + "s  %.4f  %-" + BAR + "s%s",
              names.get(c),
              probabilities[c],
              bar,
              c == label ? "  true class" : "");
      text.append(row.stripTrailing()).append('\n');
    }
    return text.append('\n').toString();
  }

  private static String title(Activations.Output output) {
    return "%s (%s)".formatted(output.layer().name(), output.layer().type());
  }

  private static int widest(Stream<String> texts) {
    return texts.mapToInt(String::length).max().orElse(0);
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
