package org.epochflow.runners.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.epochflow.model.json.Json;

/** A registered model of an MLflow server. */
record RegisteredModel(MlflowClient client, String name) {
  /**
   * Makes the model of a run the champion, as a new version unless it is one already.
   *
   * @param source where the run's model is
   * @param tags of a new version
   */
  void makeChampion(String run, String source, Map<String, String> tags) throws IOException {
    Optional<String> known = version(run);
    String version = known.isPresent() ? known.get() : register(run, source, tags);
    client.post(
        "registered-models/alias",
        Json.object().put("name", name).put("alias", "champion").put("version", version));
  }

  /** The version that a run made; empty if there is none. */
  private Optional<String> version(String run) throws IOException {
    String filter = "name = '%s' and run_id = '%s'".formatted(name.replace("'", "\\'"), run);
    JsonNode versions =
        client.get("model-versions/search", "filter", filter).path("model_versions");
    return versions.isEmpty()
        ? Optional.empty()
        : Optional.of(versions.path(0).path("version").asText());
  }

  private String register(String run, String source, Map<String, String> tags) throws IOException {
    try {
      client.post("registered-models/create", Json.object().put("name", name));
    } catch (MlflowClient.RefusedException e) {
      if (!e.is("RESOURCE_ALREADY_EXISTS")) {
        throw e;
      }
    }
    ObjectNode body = Json.object().put("name", name).put("run_id", run);
    body.put("source", source);
    MlflowRun.put(body, tags);
    return client
        .post("model-versions/create", body)
        .path("model_version")
        .path("version")
        .asText();
  }
}
