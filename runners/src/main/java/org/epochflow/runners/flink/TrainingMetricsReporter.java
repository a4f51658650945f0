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
 * Shows what replicas train among the metrics of their tasks in Flink, while they train. Beam hands
 * its metrics to Flink at the end of a bundle, which in a batch job is the end of the task and of
 * its metrics (<a href="https://github.com/apache/beam/issues/20691">Beam #20691</a>).
 *
 * <p>It reports nowhere: a reporter is whom Flink tells of a task's metrics as they are made, in
 * the thread that will run the task. It then adds those of this thread, which Flink's page, REST
 * interface and other reporters show as they show Flink's own. They end with the task.
 */
public final class TrainingMetricsReporter implements MetricReporter, MetricReporterFactory {
  /** A metric that Flink makes once for each operator. */
  private static final String OF_EACH_OPERATOR = "numRecordsIn";

  /** Flink's page cuts fractions off. */
  private static final double MILLION = 1e6;

  private static final String OPERATOR = "<operator_name>";

  /**
   * The operator of a step in which replicas train: an epoch's, or the trials' of an experiment. A
   * second operator that Beam makes for the step's output does not match.
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
