package org.epochflow.runners.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.metric.Diagnosis;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.train.StopReason;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.data.Manifest;
import org.epochflow.pipeline.data.Sample;
import org.epochflow.pipeline.store.Metrics;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.runners.terminal.Shell;
import org.epochflow.runners.terminal.TerminalListener;

/** The page of a run, made only of its state and the files in its folder. */
final class RunPage {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RunPage() {}

  /**
   * Returns the current page.
   *
   * @param running whether the run continues, so that the page updates itself
   */
  static Page of(TrainingState state, ReportedRun run, boolean running) throws IOException {
    RunFolder folder = run.folder();
    ObjectNode data = JSON.createObjectNode().put("name", run.title()).put("running", running);
    data.put("stop", stop(state));
    data.put(
        "resume",
        Shell.quoted(List.of("epochflow", "train", "--resume", "--output=" + folder.path())));
    data.set("names", JSON.valueToTree(state.config().classNames()));
    data.set("history", JSON.valueToTree(state.history()));
    data.put("bestEpoch", state.bestEpoch() + 1).put("waited", state.waited());
    if (state.config().stopping().enabled()) {
      data.put("patience", state.config().stopping().patience());
    }
    data.put("monitor", JsonObject.spell(state.config().stopping().monitor()));
    if (state.epoch() > 0) {
      data.set("diagnosis", diagnosis(Diagnosis.of(state.curves())));
    }
    data.set("config", required(folder, "config.json"));
    data.set("statistics", required(folder, "data/statistics.json"));
    data.set("layers", layers(state.config().architecture()));
    Manifest train = run.data().train();
    data.set("samples", Pictures.of(train.samples(), train.image()));
    Optional<JsonNode> metrics = folder.json("metrics.json");
    if (metrics.isPresent()) {
      data.set("metrics", metrics.get());
      data.put("part", Metrics.part(metrics.get()));
      List<Pictures.Wrong> wrong = Pictures.wrong(folder.misclassified());
      data.set("right", right(run.evaluated(), wrong, train.image()));
      data.set("wrong", Pictures.misclassified(folder.misclassified(), wrong));
    }
    List<String> scripts = List.of("evaluation.js", "report.js");
    return new Page(run.title(), RunPage.class, scripts, data);
  }

  private static JsonNode required(RunFolder folder, String file) throws IOException {
    return folder
        .json(file)
        .orElseThrow(() -> new IOException("Expected %s/%s".formatted(folder.path(), file)));
  }

  private static String stop(TrainingState state) {
    Optional<StopReason> reason = state.stopReason();
    return reason.isPresent()
        ? TerminalListener.explained(state)
        : String.format(
            Locale.ROOT,
            "Dropped after epoch %d of %d: other trials were better",
            state.epoch(),
            state.config().epochs());
  }

  private static ObjectNode diagnosis(Diagnosis diagnosis) {
    return JSON.createObjectNode()
        .put("title", diagnosis.title())
        .put("evidence", diagnosis.evidence())
        .put("advice", diagnosis.advice());
  }

  private static ArrayNode layers(Architecture network) {
    ArrayNode rows = JSON.createArrayNode();
    List<Shape> shapes = network.shapes();
    for (int i = 0; i < network.layers().size(); i++) {
      rows.addArray()
          .add(network.layers().get(i).name())
          .add(network.layers().get(i).type())
          .add(shapes.get(i + 1).toString())
          .add(network.variables().get(i).stream().mapToInt(Variable::size).sum());
    }
    return rows;
  }

  /** The samples that the model predicted correctly. */
  private static ObjectNode right(
      List<Sample> evaluated, List<Pictures.Wrong> wrong, List<Integer> image) throws IOException {
    Set<Long> taken = wrong.stream().map(Pictures.Wrong::index).collect(Collectors.toSet());
    return Pictures.of(
        evaluated.stream().filter(sample -> !taken.contains(sample.index())).toList(), image);
  }
}
