package org.epochflow.runners.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.train.EarlyStopping.Monitor;
import org.epochflow.model.train.EpochRow;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;

/**
 * A run of MLflow's for a run of ours: what was set as parameters, each epoch's figures as metrics
 * of its step, the files as artifacts. The tag {@code epochflow.folder} finds it again.
 */
final class MlflowRun {
  private static final String FOLDER_TAG = "epochflow.folder";
  private static final String PROXIED = "mlflow-artifacts:/";
  private static final String MODEL = "model";
  private static final String EVALUATION = "(test|validation|out_of_fold|val)_.*";
  private static final List<String> FILES =
      List.of("config.json", "history.csv", "metrics.json", "report.html");
  private final MlflowClient client;
  private final String id;
  private final String artifacts;

  /** The epochs that have figures. */
  private int logged;

  private boolean ended;

  private MlflowRun(MlflowClient client, JsonNode info) {
    this.client = client;
    id = info.path("run_id").asText("");
    artifacts = info.path("artifact_uri").asText("");
  }

  /**
   * Begins a run, with what is set, or continues the latest one of the folder, whose settings
   * MLflow keeps as they are.
   *
   * @param experiment is made if there is none of the name
   * @param folder path of ours, absolute
   */
  static MlflowRun open(
      MlflowClient client,
      String experiment,
      String folder,
      boolean resumes,
      Map<String, String> parameters,
      Map<String, String> tags)
      throws IOException {
    String experimentId = experiment(client, experiment);
    Optional<MlflowRun> known = resumes ? latest(client, experimentId, folder) : Optional.empty();
    if (known.isPresent()) {
      known.get().update("RUNNING", false);
      known.get().logged = known.get().epochs();
      return known.get();
    }
    ObjectNode body = Json.object().put("experiment_id", experimentId);
    body.put("run_name", Storage.name(folder)).put("start_time", System.currentTimeMillis());
    Map<String, String> all = new TreeMap<>(tags);
    all.put("mlflow.source.name", "epochflow");
    all.put(FOLDER_TAG, folder);
    put(body, all);
    JsonNode created = client.post("runs/create", body).path("run").path("info");
    MlflowRun run = new MlflowRun(client, created);
    run.set(parameters);
    return run;
  }

  /** The latest run of a folder, as it is; empty if there is none. */
  static Optional<MlflowRun> of(MlflowClient client, String experiment, String folder)
      throws IOException {
    return latest(client, experiment(client, experiment), folder);
  }

  private static String experiment(MlflowClient client, String name) throws IOException {
    try {
      return client
          .get("experiments/get-by-name", "experiment_name", name)
          .path("experiment")
          .path("experiment_id")
          .asText();
    } catch (MlflowClient.RefusedException e) {
      if (!e.is("RESOURCE_DOES_NOT_EXIST")) {
        throw e;
      }
      ObjectNode body = Json.object().put("name", name);
      return client.post("experiments/create", body).path("experiment_id").asText();
    }
  }

  private static Optional<MlflowRun> latest(MlflowClient client, String experiment, String folder)
      throws IOException {
    ObjectNode body = Json.object();
    body.putArray("experiment_ids").add(experiment);
    body.put("filter", "tags.`%s` = '%s'".formatted(FOLDER_TAG, folder.replace("'", "\\'")));
    body.put("max_results", 1).putArray("order_by").add("attributes.start_time DESC");
    JsonNode found = client.post("runs/search", body).path("runs").path(0).path("info");
    return found.isObject() ? Optional.of(new MlflowRun(client, found)) : Optional.empty();
  }

  private void set(Map<String, String> parameters) throws IOException {
    ObjectNode body = Json.object().put("run_id", id);
    ArrayNode params = body.putArray("params");
    parameters.forEach((name, value) -> params.addObject().put("key", name).put("value", value));
    client.post("runs/log-batch", body);
  }

  /** The tags of a run that is shown under this one. */
  Map<String, String> nested() {
    return Map.of("mlflow.parentRunId", id);
  }

  /** How many epochs it has figures of. */
  private int epochs() throws IOException {
    JsonNode past =
        client.get(
            "metrics/get-history", "run_id", id, "metric_key", "loss", "max_results", "25000");
    int next = 0;
    for (JsonNode point : past.path("metrics")) {
      next = Math.max(next, point.path("step").asInt() + 1);
    }
    return next;
  }

  /** Logs the epochs that it has no figures of yet. */
  void log(List<EpochRow> history) throws IOException {
    for (EpochRow row : history) {
      if (row.epoch() >= logged) {
        epoch(row);
        logged = row.epoch() + 1;
      }
    }
  }

  /** Under the names of {@code history.csv}. */
  private void epoch(EpochRow row) throws IOException {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("loss", row.loss());
    figures.put("accuracy", row.accuracy());
    figures.put("val_loss", row.valLoss());
    figures.put("val_accuracy", row.valAccuracy());
    figures.put("learning_rate", row.learningRate());
    if (row.seconds() > 0) { // An experiment measures no time.
      figures.put("seconds", row.seconds());
    }
    for (Monitor figure : Monitor.ofQuality(List.of(row))) {
      figures.put(JsonObject.spell(figure), figure.of(row));
    }
    metrics(figures, row.epoch());
  }

  private void metrics(Map<String, Double> figures, int step) throws IOException {
    ObjectNode body = Json.object().put("run_id", id);
    ArrayNode metrics = body.putArray("metrics");
    figures.forEach(
        (name, value) -> {
          ObjectNode metric = metrics.addObject().put("key", name);
          metric.put("timestamp", System.currentTimeMillis()).put("step", step);
          if (Double.isFinite(value)) {
            metric.put("value", value);
          } else {
            metric.put("value", Double.toString(value));
          }
        });
    client.post("runs/log-batch", body);
  }

  /** Logs the figures of an evaluation, of those that {@code metrics.json} has. */
  void figures(JsonNode metrics, int step) throws IOException {
    Map<String, Double> figures = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : metrics.properties()) {
      if (field.getValue().isNumber() && field.getKey().matches(EVALUATION)) {
        figures.put(field.getKey(), field.getValue().asDouble());
      }
    }
    metrics(figures, step);
  }

  /**
   * Logs the figures and the files of a run that has ended.
   *
   * @return whether the server takes files; one that leaves them to its clients does not
   */
  boolean files(RunFolder run) throws IOException {
    if (run.isFinished()) {
      figures(run.metrics(), run.history().size() - 1);
    }
    if (!upload(run.path(), FILES)) {
      return false;
    }
    upload(run.misclassified() + "/misclassified.csv", "misclassified.csv");
    upload(run.bestModel(), MODEL + "/model.keras");
    text(MODEL + "/MLmodel", mlmodel());
    text(MODEL + "/requirements.txt", "mlflow\nkeras>=3.3\ntensorflow\n");
    return true;
  }

  /**
   * Uploads those files of a folder that are there; likewise returns whether the server takes them.
   */
  boolean upload(String folder, List<String> names) throws IOException {
    if (takesFiles()) {
      for (String name : names) {
        upload(folder + "/" + name, name);
      }
    }
    return takesFiles();
  }

  private boolean takesFiles() {
    return artifacts.startsWith(PROXIED);
  }

  /** What {@code mlflow.keras.load_model} reads first. */
  private String mlmodel() {
    return """
        artifact_path: model
        flavors:
          keras:
            keras_backend: tensorflow
            keras_version: 3.3.3
            save_exported_model: false
          python_function:
            loader_module: mlflow.keras
        run_id: %s
        """
        .formatted(id);
  }

  private void upload(String file, String name) throws IOException {
    if (Storage.exists(file)) {
      client.upload(root() + name, Storage.read(file));
    }
  }

  private void text(String name, String text) throws IOException {
    client.upload(root() + name, text.getBytes(StandardCharsets.UTF_8));
  }

  private String root() {
    return URI.create(artifacts).getPath().substring(1) + "/";
  }

  /** Sets tags. */
  void tag(Map<String, String> tags) throws IOException {
    ObjectNode body = Json.object().put("run_id", id);
    put(body, tags);
    client.post("runs/log-batch", body);
  }

  /** Says that it has ended, unless that was said before. */
  void end(MlflowCalls.End how) throws IOException {
    if (!ended) {
      update(how.name(), true);
      ended = true;
    }
  }

  private void update(String status, boolean ends) throws IOException {
    ObjectNode body = Json.object().put("run_id", id).put("status", status);
    if (ends) {
      body.put("end_time", System.currentTimeMillis());
    }
    client.post("runs/update", body);
  }

  /**
   * Makes its model the champion of a registered model.
   *
   * @param tags of a new version
   * @throws IOException if MLflow has no files of the run, and so no model
   */
  void registerChampion(String name, Map<String, String> tags) throws IOException {
    if (!takesFiles()) {
      throw new IOException("it has no files of the run");
    }
    new RegisteredModel(client, name).makeChampion(id, artifacts + "/" + MODEL, tags);
  }

  static void put(ObjectNode body, Map<String, String> tags) {
    ArrayNode all = body.putArray("tags");
    new TreeMap<>(tags)
        .forEach((key, value) -> all.addObject().put("key", key).put("value", value));
  }
}
