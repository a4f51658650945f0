package org.epochflow.runners.terminal;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.epochflow.model.nn.Activations;

/** An image's way through a network as text: every layer's output, and the probabilities. */
public final class LayerTrace {
  private static final int BAR = 30;

  private LayerTrace() {}

  /** The text, lines ended by line feeds. */
  public static String of(
      List<Activations.Output> outputs, List<String> names, int index, int label) {
    StringBuilder text = new StringBuilder();
    String format = "%-24s  %-16s  %9s  %9s  %9s  %6s\n";
    text.append(format(format, "layer", "output shape", "least", "mean", "most", "zeros"));
    for (Activations.Output output : outputs) {
      float[] values = output.values();
      double mean =
          IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(0);
      double least = IntStream.range(0, values.length).mapToDouble(i -> values[i]).min().orElse(0);
      double most = IntStream.range(0, values.length).mapToDouble(i -> values[i]).max().orElse(0);
      long zeros = IntStream.range(0, values.length).filter(i -> values[i] == 0).count();
      text.append(
          format(
              format,
              "%s (%s)".formatted(output.layer().name(), output.layer().getClass().getSimpleName()),
              output.shape(),
              format("%.4f", least),
              format("%.4f", mean),
              format("%.4f", most),
              format("%.0f%%", 100.0 * zeros / values.length)));
    }
    float[] probabilities = outputs.get(outputs.size() - 1).values();
    int width = names.stream().mapToInt(String::length).max().orElse(0);
    text.append("\nTest image %d, probability of each class\n".formatted(index));
    for (int c = 0; c < probabilities.length; c++) {
      String bar = "━".repeat(Math.round(probabilities[c] * BAR));
      text.append(
          format(
              "%-" + width + "s  %.4f  %-" + BAR + "s%s\n",
              names.get(c),
              probabilities[c],
              bar,
              c == label ? "  true class" : ""));
    }
    return text.append('\n').toString();
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
