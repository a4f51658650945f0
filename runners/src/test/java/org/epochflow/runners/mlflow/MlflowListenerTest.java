package org.epochflow.runners.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.runners.SmallConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the server does, a training goes on, and one line says what is missing. */
final class MlflowListenerTest {
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
  private HttpServer http;

  @BeforeEach
  void start() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(Executors.newCachedThreadPool());
    http.start();
  }

  @AfterEach
  void stop() {
    http.stop(0);
  }

  private void answer(int status, String body, Duration after) {
    http.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
          asked.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          respond(exchange, status, body, after);
        });
  }

  private static void respond(HttpExchange exchange, int status, String body, Duration after)
      throws IOException {
    try {
      Thread.sleep(after.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private MlflowServer server(Map<String, String> environment) {
    URI uri = URI.create("http://localhost:" + http.getAddress().getPort());
    return new MlflowServer(uri, "experiment", "model", environment);
  }

  private void track(MlflowServer server, Path folder) {
    TrainingState state = TrainingState.begin(SmallConfig.of(3, 0, 1), new float[10]);
    try (MlflowListener listener =
        new MlflowListener(server, new RunFolder(folder.toString()), false, warnings::add)) {
      assertTimeout(
          Duration.ofMillis(500),
          () -> {
            listener.epochEnded(state);
            listener.epochEnded(state);
          });
    }
  }

  @Test
  void aRunIsMadeWithItsSettingsAndHasFailedWhereItDoesNotEnd(@TempDir Path folder) {
    answer(
        200,
        "{\"experiment\":{\"experiment_id\":\"7\"},\"run\":{\"info\":{\"run_id\":\"r\"}}}",
        Duration.ofMillis(400)); // slower than the training
    track(server(Map.of("MLFLOW_TRACKING_TOKEN", "secret")), folder);
    assertEquals(List.of(), warnings);
    assertEquals(
        List.of(
            "GET /api/2.0/mlflow/experiments/get-by-name",
            "POST /api/2.0/mlflow/runs/create",
            "POST /api/2.0/mlflow/runs/log-batch",
            "POST /api/2.0/mlflow/runs/update"),
        asked.stream().filter(line -> line.contains("/api/")).toList());
    assertEquals(4, Collections.frequency(asked, "Bearer secret"));
  }

  @Test
  void aRefusalIsSaidOnceAndEndsTheCalls(@TempDir Path folder) {
    answer(403, "{\"error_code\":\"PERMISSION_DENIED\",\"message\":\"no\"}", Duration.ZERO);
    MlflowServer server =
        server(Map.of("MLFLOW_TRACKING_USERNAME", "ann", "MLFLOW_TRACKING_PASSWORD", "pw"));
    track(server, folder);
    assertEquals(1, warnings.size(), warnings::toString);
    assertTrue(warnings.get(0).startsWith("MLflow has not all of the run: status 403 from http"));
    assertEquals(2, asked.size(), asked::toString);
    byte[] both = "ann:pw".getBytes(StandardCharsets.UTF_8);
    assertEquals("Basic " + Base64.getEncoder().encodeToString(both), asked.get(1));
    assertFalse((warnings + server.toString()).contains("pw"));
  }

  @Test
  void aNameWithoutAPasswordDoesNotHideTheToken(@TempDir Path folder) {
    answer(403, "{}", Duration.ZERO);
    track(server(Map.of("MLFLOW_TRACKING_USERNAME", "ann", "MLFLOW_TRACKING_TOKEN", "t")), folder);
    assertEquals("Bearer t", asked.get(1));
  }

  @Test
  void aRunWithoutFilesIsNoChampion() {
    answer(
        200,
        "{\"experiment\":{\"experiment_id\":\"7\"},"
            + "\"runs\":[{\"info\":{\"run_id\":\"r\",\"artifact_uri\":\"/elsewhere\"}}]}",
        Duration.ZERO);
    assertThrows(IOException.class, () -> server(Map.of()).promote("/registry/versions/00001"));
    assertFalse(asked.toString().contains("registered-models"), asked::toString);
  }

  @Test
  void noServerAndNoMlflowAreSaid(@TempDir Path folder) {
    answer(502, "<html>Bad gateway</html>", Duration.ZERO);
    track(server(Map.of()), folder);
    http.stop(0);
    track(server(Map.of()), folder);
    assertEquals(2, warnings.size(), warnings::toString);
    assertTrue(warnings.get(0).contains("status 502"), warnings.get(0));
    assertTrue(warnings.get(1).contains("no answer from http://localhost"), warnings.get(1));
  }
}
