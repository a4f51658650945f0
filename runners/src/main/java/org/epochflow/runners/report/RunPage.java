package org.epochflow.runners.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.epochflow.model.metric.Diagnosis;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.train.StopReason;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.ingest.DataSet;
import org.epochflow.pipeline.ingest.Manifest;
import org.epochflow.pipeline.ingest.Sample;
import org.epochflow.pipeline.run.RunFolder;
import org.epochflow.runners.terminal.TerminalListener;

/** The page of a run: made of its state and of what lies in its folder, nothing else. */
final class RunPage {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RunPage() {}

  /**
   * The page as it is now.
   *
   * @param running whether the run goes on, so that the page is to follow it
   */
  static Page of(TrainingState state, RunFolder folder, boolean running) throws IOException {
    String name = folder.path().replaceFirst(".*/", "");
    ObjectNode data = JSON.createObjectNode().put("name", name).put("running", running);
    data.put("stop", stop(state));
    data.put("resume", "epochflow train --resume --output=" + folder.path());
    data.set("names", JSON.valueToTree(state.config().classNames()));
    data.set("history", JSON.valueToTree(state.history()));
    data.put("bestEpoch", state.bestEpoch() + 1).put("waited", state.waited());
    if (state.config().stopping().enabled()) {
      data.put("patience", state.config().stopping().patience());
    }
    data.put("monitor", state.config().stopping().monitor().name().toLowerCase(Locale.ROOT));
    if (state.epoch() > 0) {
      data.set("diagnosis", diagnosis(Diagnosis.of(state.curves())));
    }
    data.set("config", required(folder, "config.json"));
    data.set("statistics", required(folder, "data/statistics.json"));
    data.set("layers", layers(state.config().architecture()));
    DataSet dataSet = folder.dataSet();
    data.set("samples", Examples.of(dataSet.train().samples(), dataSet.train().image()));
    Optional<JsonNode> metrics = folder.json("metrics.json");
    if (metrics.isPresent()) {
      data.set("metrics", metrics.get());
      ObjectNode wrong = Examples.misclassified(folder.misclassified());
      data.set("right", right(dataSet.test(), wrong));
      data.set("wrong", wrong);
    }
    return new Page(name, RunPage.class, "report.js", data);
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
        : "Interrupted after epoch %d of %d".formatted(state.epoch(), state.config().epochs());
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
          .add(network.layers().get(i).getClass().getSimpleName())
          .add(shapes.get(i + 1).toString())
          .add(network.variables().get(i).stream().mapToInt(Variable::size).sum());
    }
    return rows;
  }

  /** The test files' samples that the model got right. */
  private static ObjectNode right(Manifest test, ObjectNode wrong) throws IOException {
    Set<Long> taken = new HashSet<>();
    wrong.required("rows").forEach(row -> taken.add(row.required("index").asLong()));
    List<Sample> kept = new ArrayList<>(test.samples());
    kept.removeIf(sample -> taken.contains(sample.index()));
    return Examples.of(kept, test.image());
  }
}
