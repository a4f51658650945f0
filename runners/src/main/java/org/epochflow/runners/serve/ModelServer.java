package org.epochflow.runners.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.epochflow.pipeline.predict.LiveModel;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests for predictions until it is closed, with the JDK's own HTTP server.
 *
 * <p>At most {@link Limits#threads} requests are worked on and {@link Limits#queue} wait; others
 * are refused at once, with status 503 and {@code Retry-After}. A request is answered by one
 * version of the model from begin to end. Thread-safe.
 */
public final class ModelServer implements AutoCloseable {
  private static final Pattern PATH =
      Pattern.compile("/v1/models/([^/:]+)(?:/versions/(\\d{1,9}))?(:predict|/metadata)?");
  private static final long DRAINED_AT_MOST = Duration.ofSeconds(30).toMillis();

  /** What a browser lets the page load: what it asks this server. */
  private static final String PAGE_LOADS =
      "default-src 'none'; connect-src 'self'; img-src blob: data:; style-src 'unsafe-inline';"
          + " script-src 'unsafe-inline'; frame-ancestors 'none'";

  /** Threads that refuse, and answer what is no prediction. */
  private static final int FURTHER_THREADS = 8;

  /** How often a request's bytes its images' pixels may be. */
  private static final int PIXELS_PER_BYTE = 16;

  /** How much of a body that is not read is received, so that its sender reads the answer. */
  private static final long DISCARDED_AT_MOST = 64L << 20;

  /**
   * What bounds the work and the memory.
   *
   * @param threads requests that are worked on at the same time
   * @param queue requests that wait for that
   * @param requestBytes of a request's body
   */
  public record Limits(int threads, int queue, int requestBytes) {}

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final String name;
  private final LiveModel model;
  private final Limits limits;
  private final Semaphore places;
  private final Semaphore running;
  private final ServerMetrics metrics = new ServerMetrics();
  private volatile boolean closing;

  private ModelServer(HttpServer server, String name, LiveModel model, Limits limits) {
    this.server = server;
    this.name = name;
    this.model = model;
    this.limits = limits;
    places = new Semaphore(limits.threads() + limits.queue());
    running = new Semaphore(limits.threads(), true);
    int most = limits.threads() + limits.queue() + FURTHER_THREADS;
    threads = new ThreadPoolExecutor(most, most, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>());
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Begins to answer.
   *
   * @param address where it listens; port 0 is any that is free
   * @param name of the model in paths
   * @throws IOException if the address cannot be had
   */
  public static ModelServer start(
      InetSocketAddress address, String name, LiveModel model, Limits limits) throws IOException {
    // Answers are not held back; who sends or reads too slowly is cut off; so are too many.
    setting("sun.net.httpserver.nodelay", "true");
    setting("sun.net.httpserver.maxReqTime", "30");
    setting("sun.net.httpserver.maxRspTime", "300");
    setting("jdk.httpserver.maxConnections", "1000");
    HttpServer server;
    try {
      server = HttpServer.create(address, 0);
    } catch (BindException e) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "Expected an address that is free, found %s:%d: %s",
              address.getHostString(),
              address.getPort(),
              e.getMessage()),
          e);
    }
    ModelServer started = new ModelServer(server, name, model, limits);
    server.setExecutor(started.threads);
    server.createContext("/", started::exchange);
    server.start();
    return started;
  }

  private static void setting(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** Another champion could not be read. */
  public void lookFailed() {
    metrics.lookFailed();
  }

  /** The page to drop an image on. */
  private static String page() throws IOException {
    try (@Nullable InputStream in = ModelServer.class.getResourceAsStream("page.html")) {
      if (in == null) {
        throw new IOException("Expected the resource page.html, found none");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void exchange(HttpExchange exchange) throws IOException {
    metrics.began();
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      boolean post = exchange.getRequestMethod().equals("POST");
      send(post ? posted(path, exchange) : got(path, exchange), exchange);
    } finally {
      metrics.ended();
    }
  }

  private Answer got(String path, HttpExchange exchange) throws IOException {
    discard(exchange.getRequestBody());
    LiveModel.Version version = model.current();
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return Answer.notAllowed(method);
    }
    return switch (path) {
      case "/" ->
          Answer.of("text/html; charset=utf-8", page().replace("${name}", name))
              .with("Content-Security-Policy", PAGE_LOADS);
      case "/healthz" -> closing ? Answer.closed() : Answer.of("text/plain; charset=utf-8", "ok\n");
      case "/metrics" ->
          Answer.of("text/plain; version=0.0.4; charset=utf-8", metrics.text(version));
      default -> ofModel(path, version);
    };
  }

  private Answer ofModel(String path, LiveModel.Version version) {
    try {
      String asked = asked(path, version);
      if (asked.equals(":predict")) {
        return Answer.notAllowed("GET");
      }
      return asked.isEmpty() ? ModelApi.status(version) : ModelApi.metadata(name, version);
    } catch (RefusalException e) {
      return Answer.error(e.status(), String.valueOf(e.getMessage()));
    }
  }

  /** What is asked of the model: {@code :predict}, {@code /metadata}, or its status. */
  private String asked(String path, LiveModel.Version version) throws RefusalException {
    Matcher matcher = PATH.matcher(path);
    if (!matcher.matches()) {
      throw new RefusalException(
          404, "Expected /v1/models/%s:predict, found %s".formatted(name, path));
    } else if (!matcher.group(1).equals(name)) {
      throw new RefusalException(
          404, "Expected the model %s, found %s".formatted(name, matcher.group(1)));
    }
    @Nullable String number = matcher.group(2);
    if (number != null && Integer.parseInt(number) != version.number()) {
      throw new RefusalException(
          404,
          String.format(Locale.ROOT, "Expected version %d, found %s", version.number(), number));
    }
    @Nullable String asked = matcher.group(3);
    return asked == null ? "" : asked;
  }

  /** A prediction, counted. */
  private Answer posted(String path, HttpExchange exchange) throws IOException {
    long begun = System.nanoTime();
    Answer answer = bounded(path, exchange);
    metrics.answered(answer.status(), System.nanoTime() - begun);
    return answer;
  }

  private Answer bounded(String path, HttpExchange exchange) throws IOException {
    boolean place = !closing && places.tryAcquire();
    try {
      if (!place) {
        discard(exchange.getRequestBody());
        return closing
            ? Answer.closed()
            : Answer.error(503, "Too many requests wait already").with("Retry-After", "1");
      }
      return predicted(path, exchange);
    } catch (RefusalException e) {
      discard(exchange.getRequestBody());
      return Answer.error(e.status(), String.valueOf(e.getMessage()));
    } finally {
      if (place) {
        places.release();
      }
    }
  }

  private Answer predicted(String path, HttpExchange exchange)
      throws IOException, RefusalException {
    LiveModel.Version version = model.current();
    if (!asked(path, version).equals(":predict")) {
      return Answer.notAllowed("POST");
    }
    byte[] body = exchange.getRequestBody().readNBytes(limits.requestBytes() + 1);
    if (body.length > limits.requestBytes()) {
      throw new RefusalException(
          413,
          String.format(
              Locale.ROOT, "Expected a request of at most %d bytes", limits.requestBytes()));
    }
    running.acquireUninterruptibly();
    try {
      long mostPixels = Math.max(limits.requestBytes() * (long) PIXELS_PER_BYTE, 1 << 24);
      var images = Instances.read(body, version, mostPixels);
      metrics.classified(images.size());
      return ModelApi.predictions(images, version);
    } finally {
      running.release();
    }
  }

  /** Reads: to skip would wait for bytes after the body. */
  private static void discard(InputStream body) throws IOException {
    byte[] buffer = new byte[1 << 13];
    long left = DISCARDED_AT_MOST;
    for (int read = 0; read >= 0 && left > 0; left -= read) {
      read = body.read(buffer);
    }
  }

  private void send(Answer answer, HttpExchange exchange) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", answer.type());
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Cache-Control", "no-store");
    answer.headers().forEach(headers::set);
    if (closing) {
      headers.set("Connection", "close");
    }
    boolean head = exchange.getRequestMethod().equals("HEAD");
    int length = answer.content().length;
    exchange.sendResponseHeaders(answer.status(), head || length == 0 ? -1 : length);
    if (!head && length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(answer.content());
      }
    }
  }

  /** Answers the requests that it has, refuses others meanwhile, and stops listening. */
  @Override
  public void close() {
    closing = true;
    long end = System.currentTimeMillis() + DRAINED_AT_MOST;
    try {
      while (metrics.inFlight() > 0 && System.currentTimeMillis() < end) {
        Thread.sleep(10);
      }
      server.stop(0);
      threads.shutdown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
