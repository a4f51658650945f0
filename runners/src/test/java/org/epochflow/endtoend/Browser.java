package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A headless Chromium with one page, steered by its DevTools protocol over the JDK's WebSocket. */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");
  private final Process process;
  private final WebSocket socket;
  private final Messages messages;
  private final List<String> complaints = new ArrayList<>();
  private int calls;

  private Browser(Process process, WebSocket socket, Messages messages) {
    this.process = process;
    this.socket = socket;
    this.messages = messages;
  }

  /** Whole messages, as they come. */
  private static final class Messages implements WebSocket.Listener {
    private final BlockingQueue<String> whole = new LinkedBlockingQueue<>();
    private final StringBuilder part = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
      part.append(text);
      if (last) {
        whole.add(part.toString());
        part.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  /** Skips the test where there is no Chromium. */
  static Browser open(Path profile) throws IOException, InterruptedException {
    Optional<Path> program =
        Stream.of(System.getenv("PATH").split(":", -1))
            .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(program.isPresent(), "No Chromium in PATH");
    Process process =
        new ProcessBuilder(
                program.get().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolve("log").toFile())
            .start();
    Messages messages = new Messages();
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(address(process, profile)), messages)
            .join();
    Browser browser = new Browser(process, socket, messages);
    browser.attach();
    return browser;
  }

  private static String address(Process process, Path profile)
      throws IOException, InterruptedException {
    Path port = profile.resolve("DevToolsActivePort");
    while (!Files.exists(port) || Files.readAllLines(port).size() < 2) {
      assertTrue(process.isAlive(), "Chromium ended before it could be steered");
      Thread.sleep(20);
    }
    List<String> lines = Files.readAllLines(port);
    return "ws://127.0.0.1:%s%s".formatted(lines.get(0), lines.get(1));
  }

  private @Nullable String session;

  private void attach() throws IOException, InterruptedException {
    String target =
        call("Target.createTarget", tree().put("url", "about:blank")).required("targetId").asText();
    session =
        call("Target.attachToTarget", tree().put("targetId", target).put("flatten", true))
            .required("sessionId")
            .asText();
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      call(domain + ".enable", tree());
    }
  }

  private static ObjectNode tree() {
    return JSON.createObjectNode();
  }

  /** Opens a file and waits until it is loaded. */
  void load(Path page) throws IOException, InterruptedException {
    call("Page.navigate", tree().put("url", page.toUri().toString()));
    awaitLoad();
  }

  /** Waits until a page is loaded, be it one that loads itself anew. */
  void awaitLoad() throws IOException, InterruptedException {
    await("Page.loadEventFired");
  }

  /** A screen of this size, light or dark. */
  void screen(int width, int height, boolean dark) throws IOException, InterruptedException {
    call(
        "Emulation.setDeviceMetricsOverride",
        tree()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", width < 500));
    ObjectNode media = tree();
    media
        .putArray("features")
        .addObject()
        .put("name", "prefers-color-scheme")
        .put("value", dark ? "dark" : "light");
    call("Emulation.setEmulatedMedia", media);
  }

  /** The value of an expression, awaited where it is a promise. */
  JsonNode value(String expression) throws IOException, InterruptedException {
    JsonNode answer =
        call(
            "Runtime.evaluate",
            tree()
                .put("expression", expression)
                .put("returnByValue", true)
                .put("awaitPromise", true));
    assertTrue(answer.path("exceptionDetails").isMissingNode(), () -> expression + ": " + answer);
    return answer.path("result").path("value");
  }

  /** Presses a key where the focus is. */
  void press(String key) throws IOException, InterruptedException {
    for (String type : List.of("keyDown", "keyUp")) {
      call("Input.dispatchKeyEvent", tree().put("type", type).put("key", key));
    }
  }

  /** A picture of the whole page. */
  void screenshot(Path png) throws IOException, InterruptedException {
    JsonNode picture = call("Page.captureScreenshot", tree().put("captureBeyondViewport", true));
    Files.write(png, Base64.getDecoder().decode(picture.required("data").asText()));
  }

  /** Requires that the console was silent and that nothing was asked of a network. */
  void requireNoComplaints() {
    assertEquals(List.of(), complaints);
  }

  private JsonNode call(String method, ObjectNode parameters)
      throws IOException, InterruptedException {
    int id = ++calls;
    ObjectNode message = tree().put("id", id).put("method", method);
    if (session != null) {
      message.put("sessionId", session);
    }
    message.set("params", parameters);
    socket.sendText(message.toString(), true).join();
    while (true) {
      JsonNode answer = next(method);
      if (answer.path("id").asInt() == id) {
        assertTrue(answer.path("error").isMissingNode(), () -> method + ": " + answer);
        return answer.required("result");
      }
    }
  }

  private void await(String event) throws IOException, InterruptedException {
    while (!next(event).path("method").asText().equals(event)) {
      // What comes before it is looked at as it passes.
    }
  }

  private JsonNode next(String waitedFor) throws IOException, InterruptedException {
    String text = messages.whole.poll(60, TimeUnit.SECONDS);
    assertTrue(text != null, () -> "Chromium does not answer to " + waitedFor);
    JsonNode message = JSON.readTree(text);
    JsonNode parameters = message.path("params");
    switch (message.path("method").asText()) {
      case "Runtime.exceptionThrown", "Runtime.consoleAPICalled" ->
          complaints.add(parameters.toString());
      case "Log.entryAdded" -> {
        if (parameters.at("/entry/level").asText().equals("error")) {
          complaints.add(parameters.toString());
        }
      }
      case "Network.requestWillBeSent" -> {
        String url = parameters.path("request").path("url").asText();
        if (!url.startsWith("data:") && !url.startsWith("file:") && !url.startsWith("about:")) {
          complaints.add("asked for " + url);
        }
      }
      default -> {}
    }
    return message;
  }

  @Override
  public void close() throws IOException {
    socket.abort();
    // Its helpers write to the profile for a while.
    List<ProcessHandle> all =
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    process.destroy();
    all.forEach(one -> one.onExit().completeOnTimeout(one, 10, TimeUnit.SECONDS).join());
  }
}
