package org.epochflow.runners.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.metric.Diagnosis;
import org.epochflow.model.train.EarlyStopping.Monitor;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.store.RunFolder;

/** Runs side by side: the differences in configuration, and the figures. */
public record RunComparison(List<Run> runs) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TERMINAL = 80;
  private static final int NARROWEST = 14;
  private static final String GAP = "  ";

  public RunComparison {
    runs = List.copyOf(runs);
  }

  /**
   * A run.
   *
   * @param settings the configuration: each value by its path of names
   * @param figures the results, by name
   */
  public record Run(
      String path, TrainingState state, Map<String, String> settings, Map<String, String> figures) {
    /** Reads a run; its name is {@code path}. */
    public static Run read(String path, RunFolder folder) throws IOException {
      TrainingState state = folder.latest();
      JsonNode config = folder.json("config.json").orElseThrow();
      Map<String, String> settings = new LinkedHashMap<>();
      settings.put("network", state.config().architecture().name());
      settings.put("parameters", grouped(state.config().architecture().parameterCount()));
      flatten("", ((ObjectNode) config).deepCopy().without("architecture"), settings);
      return new Run(path, state, settings, figures(state, folder));
    }

    private static void flatten(String path, JsonNode node, Map<String, String> into) {
      if (node.isValueNode()) {
        into.put(path, text(node));
        return;
      } else if (node.isArray() && node.path(0).isValueNode()) {
        into.put(
            path,
            StreamSupport.stream(node.spliterator(), false)
                .map(Run::text)
                .collect(Collectors.joining(", ")));
        return;
      }
      String prefix = path.isEmpty() ? "" : path + ".";
      node.properties().forEach(field -> flatten(prefix + field.getKey(), field.getValue(), into));
      for (int i = 0; node.isArray() && i < node.size(); i++) {
        flatten(prefix + i, node.get(i), into);
      }
    }

    /** A number without an exponent, or the first digits of a hash. */
    private static String text(JsonNode value) {
      return value.isNumber()
          ? value.decimalValue().toPlainString()
          : value.asText().replaceFirst("^([0-9a-f]{12})[0-9a-f]{52}$", "$1...");
    }

    private static Map<String, String> figures(TrainingState state, RunFolder folder)
        throws IOException {
      Map<String, String> figures = new LinkedHashMap<>();
      figures.put("epochs", String.valueOf(state.epoch()));
      figures.put("best epoch", String.valueOf(state.bestEpoch() + 1));
      if (state.bestEpoch() >= 0) {
        EpochRow best = state.history().get(state.bestEpoch());
        figures.put("val_loss", fixed(best.valLoss()));
        figures.put("val_accuracy", fixed(best.valAccuracy()));
        Monitor.ofQuality(List.of(best))
            .forEach(figure -> figures.put(JsonObject.spell(figure), fixed(figure.of(best))));
      }
      JsonNode metrics = folder.json("metrics.json").orElseGet(JSON::createObjectNode);
      for (String name : List.of("test_loss", "test_accuracy")) {
        figures.put(name, metrics.has(name) ? fixed(metrics.get(name).asDouble()) : "-");
      }
      for (String name : List.of("test_top_k_accuracy", "test_f1", "test_ece")) {
        if (metrics.has(name)) {
          figures.put(name, fixed(metrics.get(name).asDouble()));
        }
      }
      figures.put(
          "seconds", String.format(Locale.ROOT, "%.1f", metrics.path("seconds").asDouble()));
      figures.put("images/s", grouped(metrics.path("images_per_second").asLong()));
      if (state.epoch() > 0) {
        figures.put("diagnosis", Diagnosis.of(state.curves()).title());
      }
      return figures;
    }

    private static String fixed(double value) {
      return String.format(Locale.ROOT, "%.4f", value);
    }

    private static String grouped(long value) {
      return String.format(Locale.ROOT, "%,d", value);
    }
  }

  /** The settings that differ between runs, in their order. */
  private List<String> differing() {
    Set<String> names = new LinkedHashSet<>();
    runs.forEach(run -> names.addAll(run.settings().keySet()));
    return names.stream()
        .filter(
            name ->
                runs.stream().map(run -> run.settings().getOrDefault(name, "-")).distinct().count()
                    > 1)
        .toList();
  }

  private List<String> figureNames() {
    Set<String> names = new LinkedHashSet<>();
    runs.forEach(run -> names.addAll(run.figures().keySet()));
    return List.copyOf(names);
  }

  /**
   * Returns a table with a column for each run. Each line ends with a line feed. Long values are
   * cut so that the table fits a terminal, but no column gets too narrow to read.
   */
  public String text() {
    List<String> differing = differing();
    List<String> figures = figureNames();
    int first =
        Stream.concat(differing.stream(), figures.stream())
            .mapToInt(String::length)
            .max()
            .orElse(0);
    int width = Math.max(NARROWEST, (TERMINAL - first) / runs.size() - GAP.length());
    StringBuilder text = new StringBuilder(row("", first, names(width), width));
    text.append("\nDiffering configuration\n");
    differing.forEach(name -> text.append(row(name, first, values(name, true), width)));
    text.append("\nFigures (validation: at the best epoch)\n");
    figures.forEach(name -> text.append(row(name, first, values(name, false), width)));
    return text.append('\n').toString();
  }

  /** The paths of the runs, without their beginnings if they are long. */
  private List<String> names(int width) {
    return runs.stream()
        .map(
            run ->
                run.path()
                    .replaceFirst(String.format(Locale.ROOT, "^.+(?=.{%d}$)", width - 3), "..."))
        .toList();
  }

  private List<String> values(String name, boolean setting) {
    return runs.stream()
        .map(run -> (setting ? run.settings() : run.figures()).getOrDefault(name, "-"))
        .toList();
  }

  private static String row(String name, int first, List<String> values, int width) {
    return values.stream()
            .map(value -> GAP + padded(cut(value, width), width))
            .collect(Collectors.joining("", padded(name, first), ""))
            .stripTrailing()
        + "\n";
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(width - text.length());
  }

  private static String cut(String value, int width) {
    return value.length() <= width ? value : value.substring(0, width - 3) + "...";
  }

  /** Returns the page, with all curves in the same charts. */
  public Page page() {
    ObjectNode data = JSON.createObjectNode();
    ArrayNode all = data.putArray("runs");
    for (Run run : runs) {
      ObjectNode tree = all.addObject().put("path", run.path());
      tree.set("history", JSON.valueToTree(run.state().history()));
    }
    data.set("settings", rows(differing(), true));
    data.set("figures", rows(figureNames(), false));
    return new Page("Runs compared", RunComparison.class, "comparison.js", data);
  }

  private ArrayNode rows(List<String> names, boolean settings) {
    ArrayNode rows = JSON.createArrayNode();
    for (String name : names) {
      ArrayNode row = rows.addArray().add(name);
      values(name, settings).forEach(row::add);
    }
    return rows;
  }
}
