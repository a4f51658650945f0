package org.epochflow.runners.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a request gets.
 *
 * @param status of HTTP
 * @param headers besides the content's type
 */
record Answer(int status, String type, byte[] content, Map<String, String> headers) {

  Answer {
    headers = Map.copyOf(headers);
  }

  static Answer of(String type, String text) {
    return new Answer(200, type, text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  static Answer json(byte[] content) {
    return new Answer(200, "application/json", content, Map.of());
  }

  /** {@code {"error": "..."}}, as TensorFlow Serving says it. */
  static Answer error(int status, String message) {
    String content = JsonNodeFactory.instance.objectNode().put("error", message) + "\n";
    return new Answer(
        status, "application/json", content.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  /** Another method is meant. */
  static Answer notAllowed(String method) {
    return error(405, "Expected GET, or POST to /v1/models/NAME:predict, found " + method)
        .with("Allow", "GET, HEAD, POST");
  }

  /** The server takes nothing more. */
  static Answer closed() {
    return error(503, "The server is about to stop").with("Retry-After", "1");
  }

  /** The same with one more header. */
  Answer with(String header, String value) {
    return new Answer(status, type, content, Map.of(header, value));
  }
}
