package org.epochflow.runners.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.epochflow.model.json.Excerpt;
import org.epochflow.model.json.Json;

/**
 * Calls MLflow's REST API. The environment has the credentials, as for MLflow's own clients: {@code
 * MLFLOW_TRACKING_TOKEN}, or {@code MLFLOW_TRACKING_USERNAME} with {@code
 * MLFLOW_TRACKING_PASSWORD}.
 */
final class MlflowClient {
  private static final Duration CALL = Duration.ofSeconds(10);
  private static final Duration UPLOAD = Duration.ofSeconds(60);
  private static final int OK = 200;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CALL)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final URI server;
  private final Optional<String> authorization;

  /**
   * Calls nothing yet.
   *
   * @param server such as {@code http://localhost:5000}
   * @param environment has the credentials
   */
  MlflowClient(URI server, Map<String, String> environment) {
    this.server = server;
    authorization = authorization(environment);
  }

  private static Optional<String> authorization(Map<String, String> environment) {
    String user = environment.get("MLFLOW_TRACKING_USERNAME");
    String password = environment.get("MLFLOW_TRACKING_PASSWORD");
    String token = environment.get("MLFLOW_TRACKING_TOKEN");
    if (user != null && password != null) {
      byte[] bytes = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      return Optional.of("Basic " + Base64.getEncoder().encodeToString(bytes));
    }
    return Optional.ofNullable(token).map(secret -> "Bearer " + secret);
  }

  /** What a server answers to a call that it refuses. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;
    private final String code;

    RefusedException(String code, String message) {
      super(message);
      this.code = code;
    }

    /** Whether MLflow gave this reason, such as {@code RESOURCE_DOES_NOT_EXIST}. */
    boolean is(String reason) {
      return code.equals(reason);
    }
  }

  /** Calls {@code POST /api/2.0/mlflow/METHOD}, and returns the answer. */
  JsonNode post(String method, ObjectNode body) throws IOException {
    return call(
        request("/api/2.0/mlflow/" + method, CALL)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
  }

  /** Calls {@code GET /api/2.0/mlflow/METHOD?NAME=VALUE...}. */
  JsonNode get(String method, String... namesAndValues) throws IOException {
    StringBuilder query = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      query.append(i == 0 ? '?' : '&').append(namesAndValues[i]).append('=');
      query.append(URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
    }
    return call(request("/api/2.0/mlflow/" + method + query, CALL).GET());
  }

  /** Uploads an artifact through the server. */
  void upload(String path, byte[] content) throws IOException {
    call(
        request("/api/2.0/mlflow-artifacts/artifacts/" + path, UPLOAD)
            .PUT(HttpRequest.BodyPublishers.ofByteArray(content)));
  }

  private HttpRequest.Builder request(String path, Duration limit) {
    String base = server.toString().replaceFirst("/+$", "");
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(limit);
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  private JsonNode call(HttpRequest.Builder request) throws IOException {
    HttpResponse<String> response;
    try {
      HttpRequest built = request.build();
      // The request's own limit ends where the answer's body begins.
      response =
          http.sendAsync(built, HttpResponse.BodyHandlers.ofString())
              .get(built.timeout().orElseThrow().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("no answer from " + server, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    boolean ok = response.statusCode() == OK;
    JsonNode answer = Json.parse(ok ? text(response) : quoted(response), server.toString());
    if (!ok) {
      throw new RefusedException(
          answer.path("error_code").asText(""),
          String.format(
              Locale.ROOT,
              "status %d from %s: %s",
              response.statusCode(),
              server,
              Excerpt.of(answer.path("message").asText(""))));
    }
    return answer;
  }

  private static String text(HttpResponse<String> response) {
    return response.body().isBlank() ? "{}" : response.body();
  }

  /** An error that is not MLflow's own, as a proxy's page, says nothing of use. */
  private static String quoted(HttpResponse<String> response) {
    return response.body().startsWith("{") ? response.body() : "{}";
  }
}
