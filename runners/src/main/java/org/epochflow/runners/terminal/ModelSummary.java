package org.epochflow.runners.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;

/** The table of a network, as Keras 3's {@code model.summary()} prints it with 80 columns. */
public final class ModelSummary {
  private static final List<Integer> CHAIN = List.of(31, 22, 13);
  private static final List<Integer> GRAPH = List.of(21, 17, 11, 18);
  private static final String INPUT = "input_layer";
  private static final List<String> HEADER =
      List.of("Layer (type)", "Output Shape", "Param #", "Connected to");

  private final Architecture network;
  private final List<Integer> widths;

  private ModelSummary(Architecture network) {
    this.network = network;
    widths = network.isChain() ? CHAIN : GRAPH;
  }

  /** Returns the table. Each line ends with a line feed. */
  public static String of(Architecture network) {
    return new ModelSummary(network)
        .lines().stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("Model: \"" + network.name() + "\"");
    lines.add(rule("┏", "━", "┳", "┓"));
    lines.add(row(HEADER, "┃"));
    lines.add(rule("┡", "━", "╇", "┩"));
    if (!network.isChain()) {
      add(lines, wrapped(INPUT, "(InputLayer)"), network.input(), 0, List.of("-"));
      lines.add(rule("├", "─", "┼", "┤"));
    }
    for (int i = 0; i < network.layers().size(); i++) {
      if (i > 0) {
        lines.add(rule("├", "─", "┼", "┤"));
      }
      Layer layer = network.layers().get(i);
      int parameters = network.variables().get(i).stream().mapToInt(Variable::size).sum();
      add(
          lines,
          wrapped(layer.name(), "(" + layer.type() + ")"),
          network.shapes().get(i + 1),
          parameters,
          network.inputs().get(i).stream().map(from -> name(from) + "[0][0]").toList());
    }
    lines.add(rule("└", "─", "┴", "┘"));
    lines.addAll(totals(network));
    return lines;
  }

  /** What a layer's output is called where another takes it. */
  private String name(int tensor) {
    return tensor == 0 ? INPUT : network.layers().get(tensor - 1).name();
  }

  /** Adds a layer, in as many lines as its title and what it is connected to need. */
  private void add(
      List<String> lines, List<String> title, Shape output, int parameters, List<String> from) {
    String shape = output.toString().replaceFirst(",?\\)", ")");
    for (int line = 0; line < Math.max(title.size(), from.size()); line++) {
      List<String> cells = new ArrayList<>();
      cells.add(line < title.size() ? title.get(line) : "");
      cells.add(line == 0 ? "(None, " + shape.substring(1) : "");
      cells.add(line == 0 ? grouped(parameters) : "");
      cells.add(line < from.size() ? from.get(line) + (line < from.size() - 1 ? "," : "") : "");
      lines.add(row(cells, "│"));
    }
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

  private String rule(String left, String line, String middle, String right) {
    return widths.stream()
        .map(width -> line.repeat(width + 2))
        .collect(Collectors.joining(middle, left, right));
  }

  /** A cell for each column; what is too long for it is cut. */
  private String row(List<String> cells, String bar) {
    StringBuilder row = new StringBuilder(bar);
    for (int i = 0; i < widths.size(); i++) {
      int width = widths.get(i);
      String text = cells.get(i);
      String cut = text.length() <= width ? text : text.substring(0, width - 1) + "…";
      String space = " ".repeat(width - cut.length());
      row.append(' ').append(i == 2 ? space + cut : cut + space).append(' ').append(bar);
    }
    return row.toString();
  }

  /** One line if both fit, else two. */
  private List<String> wrapped(String name, String type) {
    return name.length() + 1 + type.length() <= widths.get(0)
        ? List.of(name + " " + type)
        : List.of(name, type);
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
