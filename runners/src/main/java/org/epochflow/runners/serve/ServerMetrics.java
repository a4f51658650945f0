package org.epochflow.runners.serve;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.epochflow.pipeline.predict.LiveModel;

/** What a server counts, as Prometheus reads it. Thread-safe. */
final class ServerMetrics {
  /** The upper bounds of the histogram's buckets, in seconds. */
  private static final double[] BOUNDS = {
    .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10
  };

  private static final double NANOS = 1e9;
  private final Map<Integer, LongAdder> requests = new ConcurrentSkipListMap<>();
  private final AtomicLongArray buckets = new AtomicLongArray(BOUNDS.length + 1);
  private final LongAdder nanos = new LongAdder();
  private final LongAdder images = new LongAdder();
  private final LongAdder failedLooks = new LongAdder();
  private final AtomicInteger inFlight = new AtomicInteger();

  void began() {
    inFlight.incrementAndGet();
  }

  void ended() {
    inFlight.decrementAndGet();
  }

  int inFlight() {
    return inFlight.get();
  }

  /**
   * A prediction was asked for and answered.
   *
   * @param status of HTTP
   */
  void answered(int status, long nanoseconds) {
    requests.computeIfAbsent(status, none -> new LongAdder()).increment();
    nanos.add(nanoseconds);
    int bucket = 0;
    while (bucket < BOUNDS.length && nanoseconds > BOUNDS[bucket] * NANOS) {
      bucket++;
    }
    buckets.incrementAndGet(bucket);
  }

  void classified(int count) {
    images.add(count);
  }

  void lookFailed() {
    failedLooks.increment();
  }

  /** All figures in Prometheus's text format. */
  String text(LiveModel.Version model) {
    StringBuilder text = new StringBuilder();
    head(text, "epochflow_requests_total", "counter", "Predictions asked for, by status of HTTP");
    requests.forEach(
        (status, number) -> line(text, "requests_total{code=\"" + status + "\"}", number.sum()));
    head(text, "epochflow_request_errors_total", "counter", "Those of status 400 or more");
    line(
        text,
        "request_errors_total",
        requests.entrySet().stream()
            .filter(entry -> entry.getKey() >= 400)
            .mapToLong(entry -> entry.getValue().sum())
            .sum());
    histogram(text);
    head(text, "epochflow_images_total", "counter", "Images classified");
    line(text, "images_total", images.sum());
    head(text, "epochflow_requests_in_flight", "gauge", "Requests that are worked on or wait");
    line(text, "requests_in_flight", inFlight.get());
    head(text, "epochflow_model_version", "gauge", "Version of the model that answers");
    line(text, "model_version", model.number());
    head(text, "epochflow_model_info", "gauge", "Hash of the parameters of that model");
    line(text, "model_info{parameters_sha256=\"" + model.parametersSha256() + "\"}", 1);
    head(text, "epochflow_champion_failures_total", "counter", "Champions that were not readable");
    line(text, "champion_failures_total", failedLooks.sum());
    return text.toString();
  }

  private void histogram(StringBuilder text) {
    head(text, "epochflow_request_seconds", "histogram", "Time from the headers to the answer");
    long sum = 0;
    for (int i = 0; i <= BOUNDS.length; i++) {
      sum += buckets.get(i);
      String bound = i < BOUNDS.length ? String.valueOf(BOUNDS[i]) : "+Inf";
      line(text, "request_seconds_bucket{le=\"" + bound + "\"}", sum);
    }
    text.append(
        String.format(Locale.ROOT, "epochflow_request_seconds_sum %.6f\n", nanos.sum() / NANOS));
    line(text, "request_seconds_count", sum);
  }

  private static void head(StringBuilder text, String name, String type, String help) {
    text.append("# HELP %s %s\n# TYPE %s %s\n".formatted(name, help, name, type));
  }

  private static void line(StringBuilder text, String name, long value) {
    text.append("epochflow_").append(name).append(' ').append(value).append('\n');
  }
}
