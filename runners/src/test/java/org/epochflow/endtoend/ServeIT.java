package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.epochflow.endtoend.Program.Output;
import org.epochflow.endtoend.Program.Running;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code epochflow serve}, as its clients see it. */
class ServeIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ADDRESS =
      Pattern.compile("Serving \\S+, version (\\d+), at (http://127\\.0\\.0\\.1:\\d+)/\n");
  private static final int SIGTERM_EXIT = 128 + 15;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static Path folder = Path.of("");

  /** Two versions of which the first is the champion, and what both say of the test images. */
  @BeforeAll
  static void train(@TempDir Path shared) throws Exception {
    folder = shared;
    Data.write(folder.resolve("data"), 300, 40, 3, 9, 7);
    program("retrain --registry=registry --data=data --classes=3 --epochs=1 --quiet");
    program(
        "retrain --registry=registry --data=data --classes=3 --epochs=2 --minImprovement=-1 --quiet");
    for (String version : List.of("00001", "00002")) {
      program(
          "predict --images=data/t10k-images-idx3-ubyte --quiet --model=registry/versions/%s"
                  .formatted(version)
              + " --output=predicted-"
              + version);
    }
    program("registry rollback --registry=registry");
  }

  private static Output program(String line) throws Exception {
    return new Program(folder).run(line.split(" ")).done();
  }

  private record Server(Running running, String address, String version) {
    static Server start(String line) throws Exception {
      Running running = new Program(folder).start(("serve --port=0 " + line).split(" "));
      while (true) {
        Matcher said = ADDRESS.matcher(Files.readString(running.out()));
        if (said.find()) {
          return new Server(running, said.group(2), said.group(1));
        }
        assertTrue(running.process().isAlive(), Files.readString(running.err()));
        Thread.sleep(5);
      }
    }

    HttpResponse<String> get(String path) throws Exception {
      HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).build();
      return CLIENT.send(request, BodyHandlers.ofString());
    }

    HttpResponse<String> post(String model, String body) throws Exception {
      URI uri = URI.create(address + "/v1/models/" + model + ":predict");
      HttpRequest request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(body)).build();
      return CLIENT.send(request, BodyHandlers.ofString());
    }

    Output end() throws Exception {
      running.process().destroy(); // SIGTERM
      return running.end();
    }
  }

  /** The test images as a request. */
  private static String request() throws IOException {
    byte[] idx = Files.readAllBytes(folder.resolve("data/t10k-images-idx3-ubyte"));
    List<String> images = new ArrayList<>();
    for (int from = 16; from < idx.length; from += 63) {
      int first = from;
      images.add(IntStream.range(0, 63).mapToObj(i -> "" + (idx[first + i] & 0xff)).toList() + "");
    }
    return "{\"instances\": " + images + "}";
  }

  private static float[] predicted(String version) throws IOException {
    Path file = folder.resolve("predicted-" + version).resolve("predictions-00000-of-00001.csv");
    List<String> values =
        Files.readAllLines(file).stream()
            .skip(1)
            .flatMap(line -> Arrays.stream(line.split(",")).skip(3))
            .toList();
    return floats(values);
  }

  private static float[] floats(List<String> values) {
    float[] floats = new float[values.size()];
    IntStream.range(0, floats.length).forEach(i -> floats[i] = Float.parseFloat(values.get(i)));
    return floats;
  }

  private static float[] answered(HttpResponse<String> response) throws IOException {
    assertEquals(200, response.statusCode(), response::body);
    List<String> values = new ArrayList<>();
    for (JsonNode row : JSON.readTree(response.body()).required("predictions")) {
      row.forEach(value -> values.add(value.asText()));
    }
    return floats(values);
  }

  @Test
  void aRunAnswersAsPredictDoesAndEndsBySigterm() throws Exception {
    Server server = Server.start("--model=registry/versions/00002 --name=two");
    assertArrayEquals(predicted("00002"), answered(server.post("two", request())));
    assertEquals("ok\n", server.get("/healthz").body());
    assertTrue(server.get("/metrics").body().contains("\nepochflow_images_total 40\n"));
    assertTrue(server.get("/").body().contains("Drop an image here, or choose one"));
    assertEquals(404, server.post("other", request()).statusCode());
    assertEquals(400, server.post("two", "{\"instances\": [[1, 2]]}").statusCode());
    assertEquals(413, server.post("two", " ".repeat((4 << 20) + 1)).statusCode());
    Output end = server.end();
    assertEquals(SIGTERM_EXIT, end.exit());
    assertEquals("", end.err());
  }

  /** Every request is answered, by the one champion or by the other. */
  @Test
  void anotherChampionTakesOverUnderRequests() throws Exception {
    float[] first = predicted("00001");
    float[] second = predicted("00002");
    assertTrue(!Arrays.equals(first, second));
    Server server = Server.start("--registry=registry --lookEvery=0.05");
    assertEquals("00001", server.version());
    AtomicBoolean changed = new AtomicBoolean();
    String request = request();
    List<CompletableFuture<Integer>> clients = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      clients.add(
          CompletableFuture.supplyAsync(() -> ask(server, request, first, second, changed)));
    }
    program("registry promote --registry=registry --version=2");
    while (!Files.readString(server.running().out()).contains("Serving version 00002\n")) {
      Thread.sleep(5);
    }
    changed.set(true);
    for (CompletableFuture<Integer> client : clients) {
      assertTrue(client.join() > 2);
    }
    assertTrue(server.get("/metrics").body().contains("\nepochflow_model_version 2\n"));
    assertTrue(server.get("/metrics").body().contains("\nepochflow_request_errors_total 0\n"));
    assertEquals(SIGTERM_EXIT, server.end().exit());
  }

  /** Asks until the champion has changed, and once more; returns how often. */
  private static int ask(
      Server server, String request, float[] first, float[] second, AtomicBoolean changed) {
    try {
      int asked = 0;
      while (!changed.get()) {
        float[] answer = answered(server.post("model", request));
        assertTrue(Arrays.equals(first, answer) || Arrays.equals(second, answer));
        asked++;
      }
      assertArrayEquals(second, answered(server.post("model", request)));
      return asked;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void badOptionsAreRefused() throws Exception {
    String[][] lines = {
      {"serve", "serve needs either --model=FILE|RUN or --registry=DIR"},
      {"serve --model=m.keras --registry=registry", "serve needs either --model"},
      {"serve --registry=data", "Expected a registry with a champion, found none in "},
      {"serve --model=nowhere.keras", "No such file: "},
      {"serve --model=m.keras --name=a/b", "Expected --name to be of letters, digits"},
      {"serve --model=m.keras --port=70000", "Expected --port to be a whole number, at least 0"}
    };
    for (String[] line : lines) {
      String said = new Program(folder).run(line[0].split(" ")).refusal(2);
      assertTrue(said.contains(line[1]), said);
    }
  }

  @Test
  void aPortInUseIsSaid() throws Exception {
    Server server = Server.start("--model=registry/versions/00001");
    String port = URI.create(server.address()).getPort() + "";
    String said =
        new Program(folder)
            .run("serve", "--model=registry/versions/00001", "--port=" + port)
            .refusal(1);
    assertTrue(said.startsWith("epochflow: Expected an address that is free, found "), said);
    assertEquals(SIGTERM_EXIT, server.end().exit());
  }
}
