package org.epochflow.runners.request;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.execute.ProgressListener;
import org.epochflow.runners.direct.DirectExecution;
import org.epochflow.runners.flink.FlinkExecution;
import org.epochflow.runners.flink.HostedProgram;
import org.epochflow.runners.flink.Retries;
import org.epochflow.runners.option.ClusterOptions;
import org.epochflow.runners.option.UsageException;

/**
 * Where pipelines run, and what the runners do if nothing else is asked for.
 *
 * <p>The DirectRunner: no checks of our own transforms (the tests have them on; they cost more than
 * half of a small job), no waiting inside {@code run()}, so that a job can be watched and
 * cancelled, and as many threads as there are processors. Beam's own default is at least three; on
 * two processors the third does nothing but look whether the other two are done, without a pause,
 * which takes as much time from them as a replica.
 *
 * <p>The FlinkRunner: the one where Flink runs this program; as many subtasks as the cluster has
 * slots; no copies of elements between transforms, which change none.
 *
 * @param options Beam's
 */
public record Runner(PipelineOptions options) {
  /** What {@code --help=runner} says of our defaults. */
  public static final String DEFAULTS =
      """
      epochflow's own defaults
        for the DirectRunner: --enforceImmutability=false --enforceEncodability=false \
      --blockOnRun=false --targetParallelism=PROCESSORS
        for the FlinkRunner: --parallelism=SLOTS --fasterCopy=true
      """;

  /**
   * Gives the options our defaults.
   *
   * @param given the names of those that were given
   */
  public static Runner of(PipelineOptions options, Set<String> given) {
    if (HostedProgram.isHosted() && !given.contains("runner")) {
      options.setRunner(FlinkRunner.class);
    }
    Runner runner = new Runner(options);
    if (runner.isFlink()) {
      ofFlink(options.as(FlinkPipelineOptions.class), given);
    } else if (given.contains("flinkMaster")) {
      throw new UsageException("--flinkMaster needs --runner=FlinkRunner");
    }
    ofDirect(options.as(DirectOptions.class), given);
    return runner;
  }

  private boolean isFlink() {
    return FlinkRunner.class.equals(options.getRunner());
  }

  private static void ofFlink(FlinkPipelineOptions flink, Set<String> given) {
    if (!HostedProgram.isHosted()
        && !flink
            .getFlinkMaster()
            .matches("(https?://)?([^\\[\\]:/]+|\\[[0-9A-Fa-f:.]+\\]):\\d+")) {
      throw new UsageException(
          "Expected --flinkMaster=HOST:PORT, the REST address of a session cluster"
              + " (runners/flink/cluster starts one), found "
              + flink.getFlinkMaster());
    }
    if (!given.contains("parallelism")) {
      flink.setParallelism(-1);
    }
    if (!given.contains("fasterCopy")) {
      flink.setFasterCopy(true);
    }
  }

  private static void ofDirect(DirectOptions direct, Set<String> given) {
    if (!given.contains("enforceImmutability")) {
      direct.setEnforceImmutability(false);
    }
    if (!given.contains("enforceEncodability")) {
      direct.setEnforceEncodability(false);
    }
    if (!given.contains("targetParallelism")) {
      direct.setTargetParallelism(Runtime.getRuntime().availableProcessors());
    } else if (direct.getTargetParallelism() < 1) {
      throw new UsageException(
          "Expected --targetParallelism to be a whole number, at least 1, found '"
              + direct.getTargetParallelism()
              + "'");
    }
    if (!given.contains("blockOnRun")) {
      direct.setBlockOnRun(false);
    }
  }

  /** How many elements it works on at once, as far as the options tell. */
  public int parallelism() {
    return isFlink() ? Integer.MAX_VALUE : options.as(DirectOptions.class).getTargetParallelism();
  }

  /**
   * Makes it ready for pipelines.
   *
   * @param folder the absolute path of the run's, or the output's, folder
   * @param progress is told of what the user waits for
   * @param notices is told what a user should know while a pipeline runs
   */
  public Execution connect(
      ClusterOptions cluster, String folder, ProgressListener progress, Consumer<String> notices)
      throws IOException {
    Listeners<ProgressListener> listeners = new Listeners<>(List.of(progress), notices);
    if (!isFlink()) {
      return new DirectExecution(options, listeners);
    }
    Duration silence = Duration.ofMinutes(cluster.retryMinutes);
    Retries retries = new Retries(cluster.epochRetries, silence, notices);
    return FlinkExecution.connect(options, folder, retries, listeners);
  }
}
