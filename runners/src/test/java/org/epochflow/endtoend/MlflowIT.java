package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.json.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs and champions on a real MLflow server. */
class MlflowIT {
  private static final Duration START = Duration.ofMinutes(2);
  private final HttpClient http = HttpClient.newHttpClient();
  private final Path folder;
  private String uri = "";
  private Process server;

  MlflowIT(@TempDir Path folder) {
    this.folder = folder;
  }

  private ProcessBuilder python(String... words) {
    ProcessBuilder builder = new ProcessBuilder("python3");
    builder.command().addAll(List.of(words));
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("mlflow.log").toFile());
    return builder;
  }

  private boolean hasMlflow() throws InterruptedException {
    try {
      return python("-c", "import mlflow").start().waitFor() == 0;
    } catch (IOException noPython) {
      return false;
    }
  }

  @BeforeEach
  void start() throws Exception {
    assumeTrue(hasMlflow(), "Expected python3 with mlflow");
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    uri = "http://127.0.0.1:" + port;
    server =
        python(
                "-m",
                "mlflow",
                "server",
                "--host=127.0.0.1",
                "--workers=1",
                "--port=" + port,
                "--backend-store-uri=sqlite:///" + folder.resolve("mlflow.db"),
                "--artifacts-destination=" + folder.resolve("artifacts"))
            .start();
    long end = System.nanoTime() + START.toNanos();
    while (!isUp()) {
      assertTrue(server.isAlive() && System.nanoTime() < end, "Expected a server");
      Thread.sleep(200);
    }
  }

  private boolean isUp() throws InterruptedException {
    try {
      return http.send(
                  HttpRequest.newBuilder(URI.create(uri + "/health")).build(),
                  HttpResponse.BodyHandlers.ofString())
              .statusCode()
          == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.descendants().forEach(ProcessHandle::destroy);
      server.destroy();
    }
  }

  private JsonNode call(String path, ObjectNode body) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri + path));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
      request.POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    }
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertEquals(200, response.statusCode(), response.body());
    return Json.parse(response.body(), path);
  }

  private JsonNode runs() throws Exception {
    ObjectNode body = Json.object();
    body.putArray("experiment_ids").add("1");
    body.putArray("order_by").add("attributes.start_time ASC");
    return call("/api/2.0/mlflow/runs/search", body).path("runs");
  }

  private List<Integer> steps(JsonNode run) throws Exception {
    List<Integer> steps = new ArrayList<>();
    call(
            "/api/2.0/mlflow/metrics/get-history?metric_key=val_accuracy&run_id="
                + run.path("info").path("run_id").asText(),
            Json.object())
        .path("metrics")
        .forEach(point -> steps.add(point.path("step").asInt()));
    return steps;
  }

  @Test
  void runsAreTrackedAndChampionsRegistered() throws Exception {
    Program program = new Program(folder, Program.FAST_TRAINING);
    String mlflow = "--mlflow=" + uri;
    program.run("train", "--model=softmax", "--epochs=1", "--output=run", mlflow).done();
    program.run("train", "--resume", "--epochs=3", "--output=run", mlflow).done();
    JsonNode run = runs().path(0);
    assertEquals(1, runs().size());
    assertEquals("FINISHED", run.path("info").path("status").asText());
    assertEquals(List.of(0, 1, 2), steps(run));

    String data = "--data=" + Program.MINI;
    for (int epochs = 1; epochs <= 2; epochs++) {
      program
          .run("retrain", "--registry=reg", "--model=softmax", "--epochs=" + epochs, data, mlflow)
          .done();
    }
    JsonNode champion = champion();
    assertEquals("2", champion.path("version").asText());
    assertEquals(3, runs().size());
    String last = runs().path(2).path("info").path("artifact_uri").asText();
    assertEquals(last + "/model", champion.path("source").asText());
    JsonNode files =
        call(
            "/api/2.0/mlflow/artifacts/list?path=model&run_id=" + champion.path("run_id").asText(),
            Json.object());
    assertEquals(3, files.path("files").size(), files::toString);

    program.run("registry", "rollback", "--registry=reg", mlflow).done();
    assertEquals("1", champion().path("version").asText());
    program.run("registry", "promote", "--registry=reg", "--version=2", mlflow).done();
    assertEquals("2", champion().path("version").asText());
    assertEquals(champion.path("run_id"), champion().path("run_id"));

    Program.Running running =
        program.start("train", "--model=softmax", "--epochs=5000", "--output=long", mlflow);
    running.await(folder.resolve("long/checkpoints"), "epoch-00001.keras");
    running.process().destroy(); // asks it to end, as a scheduler does
    assertEquals(143, running.end().exit());
    assertEquals("KILLED", runs().path(3).path("info").path("status").asText());
  }

  /** Each trial is a run that MLflow shows under that of the experiment. */
  @Test
  void experimentsAreTracked() throws Exception {
    Program program = new Program(folder, Program.FAST_TRAINING);
    String mlflow = "--mlflow=" + uri;
    String space = "--tune=batchSize=32,64";
    program.run("tune", "--model=softmax", "--epochs=2", space, "--output=tuning", mlflow).done();
    program.run("tune", "--resume", "--output=tuning", mlflow).done();
    JsonNode runs = runs();
    assertEquals(3, runs.size(), runs::toString);
    String parent = runs.path(0).path("info").path("run_id").asText();
    for (int i = 0; i < 3; i++) {
      JsonNode run = runs.path(i);
      assertEquals("FINISHED", run.path("info").path("status").asText());
      assertEquals(i == 0 ? "" : parent, tag(run, "mlflow.parentRunId"));
      assertEquals(i == 0 ? List.of() : List.of(0, 1), steps(run));
    }
    assertTrue(runs.path(0).path("data").toString().contains("\"test_accuracy\""));

    program
        .run("crossvalidate", "--model=softmax", "--epochs=1", "--folds=2", "--output=cv", mlflow)
        .done();
    assertEquals(6, runs().size());
    assertTrue(runs().path(3).path("data").toString().contains("\"out_of_fold_accuracy\""));
  }

  private static String tag(JsonNode run, String name) {
    for (JsonNode tag : run.path("data").path("tags")) {
      if (tag.path("key").asText().equals(name)) {
        return tag.path("value").asText();
      }
    }
    return "";
  }

  private JsonNode champion() throws Exception {
    return call("/api/2.0/mlflow/registered-models/alias?name=reg&alias=champion", Json.object())
        .path("model_version");
  }
}
