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
import org.epochflow.model.format.ConfigJson;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.train.EarlyStopping.Monitor;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.TrainingConfig;
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
  private static final int MOST_VALUE = 6000;
  private static final List<String> FILES =
      List.of("config.json", "history.csv", "metrics.json", "report.html");
  private final MlflowClient client;
  private final String id;
  private final String artifacts;

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
   * @param folder path of our run, absolute
   */
  static MlflowRun open(
      MlflowClient client, String experiment, String folder, boolean resumes, TrainingConfig config)
      throws IOException {
    String experimentId = experiment(client, experiment);
    Optional<MlflowRun> known = resumes ? latest(client, experimentId, folder) : Optional.empty();
    if (known.isPresent()) {
      known.get().update("RUNNING", false);
      return known.get();
    }
    ObjectNode body = Json.object().put("experiment_id", experimentId);
    body.put("run_name", Storage.name(folder)).put("start_time", System.currentTimeMillis());
    put(body, Map.of("mlflow.source.name", "epochflow", FOLDER_TAG, folder));
    JsonNode created = client.post("runs/create", body).path("run").path("info");
    MlflowRun run = new MlflowRun(client, created);
    run.parameters(config);
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

  private void parameters(TrainingConfig config) throws IOException {
    ObjectNode settings = ConfigJson.toTree(config);
    settings.put("architecture", config.architecture().name());
    settings.put("parameters", config.architecture().parameterCount());
    ObjectNode body = Json.object().put("run_id", id);
    ArrayNode params = body.putArray("params");
    for (Map.Entry<String, JsonNode> field : settings.properties()) {
      JsonNode value = field.getValue();
      String text = value.isTextual() ? value.textValue() : value.toString();
      if (text.length() <= MOST_VALUE) {
        params.addObject().put("key", field.getKey()).put("value", text);
      }
    }
    client.post("runs/log-batch", body);
  }

  /** How many epochs it has figures of. */
  int epochs() throws IOException {
    JsonNode past =
        client.get(
            "metrics/get-history", "run_id", id, "metric_key", "loss", "max_results", "25000");
    int next = 0;
    for (JsonNode point : past.path("metrics")) {
      next = Math.max(next, point.path("step").asInt() + 1);
    }
    return next;
  }

  /** Logs the figures of an epoch under the names of {@code history.csv}. */
  void epoch(EpochRow row) throws IOException {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("loss", row.loss());
    figures.put("accuracy", row.accuracy());
    figures.put("val_loss", row.valLoss());
    figures.put("val_accuracy", row.valAccuracy());
    figures.put("learning_rate", row.learningRate());
    figures.put("seconds", row.seconds());
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

  /**
   * Logs the test figures and the files of a run that has ended.
   *
   * @return whether the server takes files; one that leaves them to its clients does not
   */
  boolean files(RunFolder run) throws IOException {
    if (run.isFinished()) {
      Map<String, Double> figures = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> field : run.metrics().properties()) {
        if (field.getValue().isNumber() && field.getKey().startsWith("test_")) {
          figures.put(field.getKey(), field.getValue().asDouble());
        }
      }
      metrics(figures, run.history().size() - 1);
    }
    if (!takesFiles()) {
      return false;
    }
    for (String name : FILES) {
      upload(run.path() + "/" + name, name);
    }
    upload(run.misclassified() + "/misclassified.csv", "misclassified.csv");
    upload(run.bestModel(), MODEL + "/model.keras");
    text(MODEL + "/MLmodel", mlmodel());
    text(MODEL + "/requirements.txt", "mlflow\nkeras>=3.3\ntensorflow\n");
    return true;
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

  private static void put(ObjectNode body, Map<String, String> tags) {
    ArrayNode all = body.putArray("tags");
    new TreeMap<>(tags)
        .forEach((key, value) -> all.addObject().put("key", key).put("value", value));
  }

  /** Sets tags. */
  void tag(Map<String, String> tags) throws IOException {
    ObjectNode body = Json.object().put("run_id", id);
    put(body, tags);
    client.post("runs/log-batch", body);
  }

  /** Says that it has ended. */
  void end(MlflowListener.End how) throws IOException {
    update(how.name(), true);
  }

  private void update(String status, boolean ends) throws IOException {
    ObjectNode body = Json.object().put("run_id", id).put("status", status);
    if (ends) {
      body.put("end_time", System.currentTimeMillis());
    }
    client.post("runs/update", body);
  }

  /**
   * Makes its model the champion of a registered model, as a new version unless it is one already.
   *
   * @param tags of a new version
   * @throws IOException if MLflow has no files of the run, and so no model
   */
  void registerChampion(String name, Map<String, String> tags) throws IOException {
    if (!takesFiles()) {
      throw new IOException("it has no files of the run");
    }
    Optional<String> known = version(name);
    client.post(
        "registered-models/alias",
        Json.object()
            .put("name", name)
            .put("alias", "champion")
            .put("version", known.isPresent() ? known.get() : register(name, tags)));
  }

  /** The version of a registered model that this run made; empty if there is none. */
  private Optional<String> version(String name) throws IOException {
    String filter = "name = '%s' and run_id = '%s'".formatted(name.replace("'", "\\'"), id);
    JsonNode versions =
        client.get("model-versions/search", "filter", filter).path("model_versions");
    return versions.isEmpty()
        ? Optional.empty()
        : Optional.of(versions.path(0).path("version").asText());
  }

  private String register(String name, Map<String, String> tags) throws IOException {
    try {
      client.post("registered-models/create", Json.object().put("name", name));
    } catch (MlflowClient.RefusedException e) {
      if (!e.is("RESOURCE_ALREADY_EXISTS")) {
        throw e;
      }
    }
    ObjectNode body = Json.object().put("name", name).put("run_id", id);
    body.put("source", artifacts + "/" + MODEL);
    put(body, tags);
    return client
        .post("model-versions/create", body)
        .path("model_version")
        .path("version")
        .asText();
  }
}
