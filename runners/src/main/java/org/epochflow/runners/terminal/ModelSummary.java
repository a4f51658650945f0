package org.epochflow.runners.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;

/** The table of a network, as Keras 3's {@code model.summary()} prints it with 80 columns. */
public final class ModelSummary {
  private static final int[] WIDTHS = {31, 22, 13};

  private ModelSummary() {}

  /** Returns the table. Each line ends with a line feed. */
  public static String of(Architecture network) {
    List<String> lines = new ArrayList<>();
    lines.add("Model: \"" + network.name() + "\"");
    lines.add(rule("┏", "━", "┳", "┓"));
    lines.add(row(List.of("Layer (type)", "Output Shape", "Param #"), "┃"));
    lines.add(rule("┡", "━", "╇", "┩"));
    List<Shape> shapes = network.shapes();
    List<List<Variable>> variables = network.variables();
    for (int i = 0; i < network.layers().size(); i++) {
      if (i > 0) {
        lines.add(rule("├", "─", "┼", "┤"));
      }
      String type = network.layers().get(i).type();
      String shape = shapes.get(i + 1).toString().replaceFirst(",?\\)", ")");
      int parameters = variables.get(i).stream().mapToInt(Variable::size).sum();
      List<String> title = wrapped(network.layers().get(i).name(), "(" + type + ")");
      lines.add(
          row(List.of(title.get(0), "(None, " + shape.substring(1), grouped(parameters)), "│"));
      title.stream().skip(1).map(more -> row(List.of(more, "", ""), "│")).forEach(lines::add);
    }
    lines.add(rule("└", "─", "┴", "┘"));
    lines.addAll(totals(network));
    return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  private static List<String> totals(Architecture network) {
    int all = network.parameterCount();
    int trained = network.trained().stream().mapToInt(Variable::size).sum();
    return List.of(
        " Total params: " + sized(all),
        " Trainable params: " + sized(trained),
        " Non-trainable params: " + sized(all - trained));
  }

  private static String sized(int parameters) {
    return grouped(parameters) + " (" + size(4L * parameters) + ")";
  }

  private static String rule(String left, String line, String middle, String right) {
    return Stream.of(WIDTHS[0], WIDTHS[1], WIDTHS[2])
        .map(width -> line.repeat(width + 2))
        .collect(Collectors.joining(middle, left, right));
  }

  private static String row(List<String> cells, String bar) {
    return String.format(
            Locale.ROOT,
            "| %-" + WIDTHS[0] + "s | %-" + WIDTHS[1] + "s | %" + WIDTHS[2] + "s |",
            cells.toArray())
        .replace("|", bar);
  }

  /** One line if both fit, else two; a name that is still too long is cut. */
  private static List<String> wrapped(String name, String type) {
    if (name.length() + 1 + type.length() <= WIDTHS[0]) {
      return List.of(name + " " + type);
    }
    boolean fits = name.length() <= WIDTHS[0];
    return List.of(fits ? name : name.substring(0, WIDTHS[0] - 1) + "…", type);
  }

  private static String grouped(int number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String size(long bytes) {
    double value = bytes;
    List<String> units = List.of("B", "KB", "MB", "GB");
    int unit = 0;
    while (value >= 1024 && unit < units.size() - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.2f %s", value, units.get(unit));
  }
}
