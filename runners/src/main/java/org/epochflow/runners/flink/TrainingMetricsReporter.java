package org.epochflow.runners.flink;

import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.epochflow.pipeline.train.LiveMetrics;

/**
 * Adds the progress of replicas to the metrics of their tasks in Flink, while they train. Beam
 * passes its own metrics to Flink only at the end of a bundle. In a batch job this is also the end
 * of the task and of its metrics (<a href="https://github.com/apache/beam/issues/20691">Beam
 * #20691</a>).
 *
 * <p>It reports nothing itself. Flink tells a reporter of a task's metrics when it creates them, in
 * the thread that will run the task. The reporter then adds the metrics of this thread. Flink's
 * page, REST interface and other reporters show them like Flink's own. They end with the task.
 */
public final class TrainingMetricsReporter implements MetricReporter, MetricReporterFactory {
  /** A metric that Flink creates once for each operator. */
  private static final String OF_EACH_OPERATOR = "numRecordsIn";

  /** Flink's page shows only whole numbers. */
  private static final double MILLION = 1e6;

  private static final String OPERATOR = "<operator_name>";

  /**
   * The operator of a step in which replicas train: in an epoch, or in the trials of an experiment.
   * Beam's second operator, for the output of the step, does not match.
   */
  private static final Pattern TRAINS =
      Pattern.compile("(TrainReplica|RunTrial)/ParMultiDo\\(\\w+\\)\\)");

  @Override
  public MetricReporter createMetricReporter(Properties properties) {
    return this;
  }

  @Override
  public void open(MetricConfig config) {
    // There is nothing to configure.
  }

  @Override
  public void close() {
    // Nothing was opened.
  }

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    if (name.equals(OF_EACH_OPERATOR) && trains(group.getAllVariables())) {
      LiveMetrics here = LiveMetrics.here();
      group.gauge("examples", (Gauge<Long>) here::examples);
      group.gauge("batches", (Gauge<Long>) here::batches);
      group.gauge("epoch", (Gauge<Integer>) here::epoch);
      group.gauge("round", (Gauge<Integer>) here::round);
      group.gauge("replicas", (Gauge<Integer>) here::replicas);
      group.gauge("examplesPerSecond", (Gauge<Double>) here::examplesPerSecond);
      group.gauge("loss", (Gauge<Double>) here::loss);
      group.gauge("lossMillionths", (Gauge<Long>) () -> Math.round(here.loss() * MILLION));
    }
  }

  private static boolean trains(Map<String, String> variables) {
    return TRAINS.matcher(variables.getOrDefault(OPERATOR, "")).find();
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
    // Flink removes a task's metrics itself.
  }
}
