package org.epochflow.runners.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.epochflow.model.format.KerasFile;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.predict.Classifier;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.predict.LiveModel;
import org.epochflow.runners.SmallConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocol, its bounds, and the end, over a network of images of 2 x 2 pixels. */
@Timeout(60)
class ModelServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] PIXELS = {0, (byte) 200, 7, (byte) 255};
  private static final String PREDICT = "/v1/models/small:predict";
  private static final String INSTANCE = "{\"instances\": [[[0, 200], [7, 255]]]}";
  private final HttpClient client = HttpClient.newHttpClient();
  private final LiveModel model;
  private ModelServer server;

  ModelServerTest(@TempDir Path folder) throws IOException {
    TrainingConfig config = SmallConfig.of(1, 0, 1);
    float[] parameters = {.1f, -.2f, .3f, .4f, -.5f, .6f, .7f, -.8f, .01f, -.02f};
    Path file = folder.resolve("model.keras");
    try (OutputStream out = Files.newOutputStream(file)) {
      KerasFile.write(TrainingState.begin(config, parameters), out);
    }
    model =
        LiveModel.file(
            file.toString(),
            saved -> Classifier.of(saved.with(saved.preprocessing().withImage(Shape.of(2, 2)))));
    server = start(2, 8, 1 << 16);
  }

  private ModelServer start(int threads, int queue, int bytes) throws IOException {
    return ModelServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        "small",
        model,
        new ModelServer.Limits(threads, queue, bytes));
  }

  private void restart(int threads, int queue, int bytes) throws IOException {
    server.close();
    server = start(threads, queue, bytes);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.address().getPort() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  private HttpResponse<String> post(String path, byte[] body) throws Exception {
    return send(request(path).POST(BodyPublishers.ofByteArray(body)));
  }

  private HttpResponse<String> post(String body) throws Exception {
    return post(PREDICT, body.getBytes(StandardCharsets.UTF_8));
  }

  private static String error(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body()).required("error").textValue();
  }

  private float[] expected(byte... pixels) {
    return model.current().classifier().classify(pixels).probabilities();
  }

  private static float[] row(HttpResponse<String> response, int row) throws IOException {
    assertEquals(200, response.statusCode(), response::body);
    return row(response.body(), row);
  }

  private static float[] row(String body, int row) throws IOException {
    JsonNode rows = JSON.readTree(body).required("predictions").required(row);
    float[] values = new float[rows.size()];
    IntStream.range(0, values.length).forEach(i -> values[i] = rows.get(i).floatValue());
    return values;
  }

  private static byte[] file(String format, int scale) throws IOException {
    BufferedImage image = new BufferedImage(2 * scale, 2 * scale, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < 2 * scale; y++) {
      for (int x = 0; x < 2 * scale; x++) {
        image.getRaster().setSample(x, y, 0, PIXELS[y / scale * 2 + x / scale] & 0xff);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, format, out));
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        INSTANCE,
        "{\"instances\": [[0, 200, 7, 255]]}",
        "{\"signature_name\": \"serving_default\", \"instances\": [[[[0], [2e2]], [[7.0], [255]]]]}"
      })
  void pixelsGetTheProbabilitiesOfTheClassifier(String body) throws Exception {
    assertArrayEquals(expected(PIXELS), row(post(body), 0));
  }

  @Test
  void filesDoAsTheBodyAndAsBase64AmongPixels() throws Exception {
    assertArrayEquals(expected(PIXELS), row(post(PREDICT, file("png", 1)), 0));
    String base64 = Base64.getEncoder().encodeToString(file("png", 1));
    HttpResponse<String> both =
        post("{\"instances\": [[1, 2, 3, 4], {\"b64\": \"%s\"}]}".formatted(base64));
    assertArrayEquals(expected((byte) 1, (byte) 2, (byte) 3, (byte) 4), row(both, 0));
    assertArrayEquals(expected(PIXELS), row(both, 1));
  }

  @Test
  void anotherSizeIsResizedAndJpegIsTaken() throws Exception {
    assertArrayEquals(expected(PIXELS), row(post(PREDICT, file("png", 3)), 0));
    assertEquals(200, post(PREDICT, file("jpg", 8)).statusCode());
  }

  @Test
  void moreThanABatchKeepsItsOrder() throws Exception {
    String instances =
        String.join(",", IntStream.range(0, 600).mapToObj(i -> "[" + i % 256 + ",9,9,9]").toList());
    HttpResponse<String> all = post("{\"instances\": [" + instances + "]}");
    for (int i : new int[] {0, 255, 256, 599}) {
      byte nine = 9;
      assertArrayEquals(expected((byte) i, nine, nine, nine), row(all, i));
    }
    assertEquals("{\"predictions\":[]}", post("{\"instances\": []}").body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|Expected {\"instances\": [...]}, found no instances",
        "|Expected an image, found one that is empty (the body)",
        "[1]|Expected an object, found [ (instance 0)",
        "{\"inputs\": []}|Expected {\"instances\": [...]}, found the field inputs",
        "{\"instances\": 3}|Expected a list of instances, found 3 (instance 0)",
        "{\"instances\": [1, 2, 3, 4]}|Expected a list of pixels or {\"b64\": ...}, found 1",
        "{\"instances\": [[1, 2, 3]]}|Expected an image of (2, 2, 1), found one of [3]",
        "{\"instances\": [[0, 1, 2, 3], []]}|found one of [0] (instance 1)",
        "{\"instances\": [[[0, 1, 2, 3]]]}|found one of [1, 4] (instance 0)",
        "{\"instances\": [[[0, 1], [2]]]}|Expected lists of one length",
        "{\"instances\": [[0, [1, 2], 3]]}|Expected a number as before",
        "{\"instances\": [[[1, 2], 3]]}|Expected lists of one depth",
        "{\"instances\": [[[[[1]]]]]}|Expected at most 3 lists in each other",
        "{\"instances\": [[0, 0.5, 1, 1]]}|whole numbers from 0 to 255, found 0.5 (instance 0)",
        "{\"instances\": [[0, 256, 1, 1]]}|found 256",
        "{\"instances\": [[0, -1, 1, 1]]}|found -1",
        "{\"instances\": [[0, null, 1, 1]]}|found null",
        "{\"instances\": [{\"b64\": \"AAAA\"}]}|found one that is no PNG, JPEG, BMP or GIF (instance 0)",
        "{\"instances\": [{\"b64\": \"?\"}]}|Expected JSON, or a PNG or JPEG file",
        "{\"instances\": [{\"x\": 1}]}|Expected {\"b64\": \"...\"}",
        "{\"instances\": [[0, 1, 2, 3|Expected JSON, or a PNG or JPEG file",
        "{\"instances\": []} 1|Expected one object, found 1",
        "{\"instances\": [], \"signature_name\": \"x\"}|Expected serving_default, found x"
      })
  void badInputIsRefusedInALine(String body, String message) throws Exception {
    HttpResponse<String> response = post(body == null ? "" : body);
    assertEquals(400, response.statusCode());
    assertTrue(error(response).contains(message), () -> response.body());
    assertEquals(1, response.body().lines().count());
  }

  @Test
  void aDamagedFileIsRefused() throws Exception {
    byte[] png = file("png", 1);
    HttpResponse<String> response = post(PREDICT, Arrays.copyOf(png, 40));
    assertEquals(400, response.statusCode());
    assertTrue(
        error(response).startsWith("Expected an image, found one that is damaged: "),
        response::body);
  }

  @Test
  void theModelTellsItsStateAndItsShapes() throws Exception {
    assertEquals(
        "{\"model_version_status\":[{\"version\":\"1\",\"state\":\"AVAILABLE\",\"status\":"
            + "{\"error_code\":\"OK\",\"error_message\":\"\"}}]}\n",
        get("/v1/models/small").body());
    JsonNode metadata = JSON.readTree(get("/v1/models/small/versions/1/metadata").body());
    assertEquals("small", metadata.at("/model_spec/name").textValue());
    JsonNode inputs =
        metadata.at("/metadata/signature_def/signature_def/serving_default/inputs/pixels");
    assertEquals("DT_UINT8", inputs.required("dtype").textValue());
    assertEquals(
        "[\"-1\",\"2\",\"2\",\"1\"]",
        inputs.findValuesAsText("size").stream()
            .map(size -> "\"" + size + "\"")
            .toList()
            .toString()
            .replace(", ", ","));
    assertEquals("[\"0\",\"1\"]", metadata.at("/metadata/class_names").toString());
    assertEquals(
        model.current().parametersSha256(), metadata.at("/metadata/parameters_sha256").textValue());
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/models/other, 404",
    "GET, /v1/models/small/versions/2, 404",
    "GET, /favicon.ico, 404",
    "GET, /v1/models/small:predict, 405",
    "POST, /v1/models/other:predict, 404",
    "POST, /v1/models/small/versions/99999999:predict, 404",
    "POST, /v1/models/small, 405",
    "POST, /, 404",
    "PUT, /, 405",
    "HEAD, /healthz, 200",
    "GET, /healthz, 200"
  })
  void eachPathHasItsMethods(String method, String path, int status) throws Exception {
    HttpRequest.Builder request =
        request(path)
            .method(method, BodyPublishers.ofString(method.equals("POST") ? INSTANCE : ""));
    assertEquals(status, send(request).statusCode());
  }

  @Test
  void aLargeRequestIsRefusedWhetherItTellsItsLengthOrNot() throws Exception {
    byte[] large = new byte[(1 << 16) + 1];
    assertEquals(413, post(PREDICT, large).statusCode());
    HttpRequest.Builder chunked =
        request(PREDICT).POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)));
    HttpResponse<String> response = send(chunked);
    assertEquals(413, response.statusCode());
    assertEquals("Expected a request of at most 65536 bytes", error(response));
  }

  /** A request whose body comes when this says so. */
  private final class Slow {
    private final Socket socket;

    Slow() throws IOException {
      socket = new Socket(server.address().getAddress(), server.address().getPort());
      String head = "POST %s HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Length: ";
      write(head.formatted(PREDICT) + INSTANCE.length() + "\r\n\r\n" + INSTANCE.charAt(0));
    }

    private void write(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends the rest, and returns the first row of the answer. */
    float[] end() throws IOException {
      try (socket) {
        write(INSTANCE.substring(1));
        byte[] answer = socket.getInputStream().readAllBytes();
        String text = new String(answer, StandardCharsets.UTF_8);
        assertTrue(text.startsWith("HTTP/1.1 200 "), text);
        return row(text.substring(text.indexOf("\r\n\r\n")), 0);
      }
    }
  }

  private void awaitInFlight(int number) throws Exception {
    // This request is one itself.
    while (!get("/metrics").body().contains("in_flight " + (number + 1) + "\n")) {
      Thread.sleep(5);
    }
  }

  @Test
  void aFullQueueSendsAwayAndLetsInAgain() throws Exception {
    restart(1, 1, 1 << 16);
    Slow first = new Slow();
    Slow second = new Slow();
    awaitInFlight(2);
    HttpResponse<String> third = post(INSTANCE);
    assertEquals(503, third.statusCode());
    assertEquals("1", third.headers().firstValue("Retry-After").orElse(""));
    assertEquals(200, get("/healthz").statusCode());
    assertArrayEquals(expected(PIXELS), second.end());
    assertArrayEquals(expected(PIXELS), first.end());
    assertEquals(200, post(INSTANCE).statusCode());
  }

  @Test
  void theEndAwaitsWhatIsAskedAlready() throws Exception {
    Slow slow = new Slow();
    awaitInFlight(1);
    CompletableFuture<Void> end = CompletableFuture.runAsync(server::close);
    while (get("/healthz").statusCode() == 200) {
      Thread.sleep(5);
    }
    assertEquals(503, post(INSTANCE).statusCode());
    assertArrayEquals(expected(PIXELS), slow.end());
    end.join();
  }

  @Test
  void whatIsAnsweredIsCounted() throws Exception {
    post(INSTANCE);
    post(INSTANCE);
    post("{}");
    server.lookFailed();
    String text = get("/metrics").body();
    for (String line :
        new String[] {
          "epochflow_requests_total{code=\"200\"} 2",
          "epochflow_requests_total{code=\"400\"} 1",
          "epochflow_request_errors_total 1",
          "epochflow_request_seconds_bucket{le=\"+Inf\"} 3",
          "epochflow_request_seconds_count 3",
          "epochflow_images_total 2",
          "epochflow_model_version 1",
          "epochflow_champion_failures_total 1"
        }) {
      assertTrue(text.contains("\n" + line + "\n"), text);
    }
    assertTrue(
        text.lines()
            .allMatch(line -> line.matches("# (HELP|TYPE) .+|[a-z_]+(\\{[^}]+\\})? [0-9.]+")));
  }

  @Test
  void thePageLoadsNothingFromElsewhere() throws Exception {
    HttpResponse<String> page = get("/");
    assertTrue(page.headers().firstValue("Content-Type").orElse("").startsWith("text/html"));
    assertTrue(page.headers().firstValue("Content-Security-Policy").isPresent());
    assertTrue(page.body().contains("const model = \"v1/models/small\";"));
    assertTrue(page.body().contains("Drop an image here, or choose one"));
    assertTrue(!page.body().contains("http://") && !page.body().contains("https://"));
  }
}
