package org.epochflow.pipeline.execute;

import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.GaugeResult;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the final metrics of a pipeline, at the level of information. */
public final class MetricsLog {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsLog.class);
  private static final String OURS = "org.epochflow.";

  private MetricsLog() {}

  /** Whether they are logged. */
  static boolean isOn() {
    return LOG.isInfoEnabled();
  }

  /** Logs counters summed over the steps, and the last value of each gauge. */
  public static void log(String name, PipelineResult result) {
    if (isOn()) {
      Map<String, Long> metrics = of(result);
      if (!metrics.isEmpty()) {
        LOG.info("{}: {}", name, metrics);
      }
    }
  }

  static Map<String, Long> of(PipelineResult result) {
    MetricQueryResults all = result.metrics().queryMetrics(MetricsFilter.builder().build());
    Map<String, Long> metrics = new TreeMap<>();
    for (MetricResult<Long> counter : all.getCounters()) {
      if (isOurs(counter)) {
        metrics.merge(counter.getName().getName(), counter.getAttempted(), Long::sum);
      }
    }
    Map<String, GaugeResult> gauges = new TreeMap<>();
    for (MetricResult<GaugeResult> gauge : all.getGauges()) {
      if (isOurs(gauge)) {
        gauges.merge(gauge.getName().getName(), gauge.getAttempted(), MetricsLog::later);
      }
    }
    gauges.forEach((name, gauge) -> metrics.put(name, gauge.getValue()));
    return metrics;
  }

  private static GaugeResult later(GaugeResult one, GaugeResult other) {
    return one.getTimestamp().isAfter(other.getTimestamp()) ? one : other;
  }

  private static boolean isOurs(MetricResult<?> metric) {
    return metric.getName().getNamespace().startsWith(OURS);
  }
}
