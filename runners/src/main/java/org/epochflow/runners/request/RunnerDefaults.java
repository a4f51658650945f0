package org.epochflow.runners.request;

import java.util.Set;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.epochflow.runners.flink.HostedProgram;
import org.epochflow.runners.option.UsageException;

/**
 * What the runners do where nothing is typed.
 *
 * <p>The DirectRunner: no checks of our own transforms (the tests have them on; they cost more than
 * half of a small job), no waiting inside {@code run()}, so that a job can be watched and
 * cancelled, and as many threads as there are processors. Beam's own default is at least three; on
 * two processors the third does nothing but look whether the other two are done, without a pause,
 * which takes as much time from them as a replica.
 *
 * <p>The FlinkRunner: the one where Flink runs this program; as many subtasks as the cluster has
 * slots; no copies of elements between transforms, which change none.
 */
public final class RunnerDefaults {
  public static final String SHOWN =
      """
      epochflow's own defaults
        for the DirectRunner: --enforceImmutability=false --enforceEncodability=false \
      --blockOnRun=false --targetParallelism=PROCESSORS
        for the FlinkRunner: --parallelism=SLOTS --fasterCopy=true
      """;

  private RunnerDefaults() {}

  public static void apply(PipelineOptions options, Set<String> given) {
    if (HostedProgram.isHosted() && !given.contains("runner")) {
      options.setRunner(FlinkRunner.class);
    }
    if (isFlink(options)) {
      ofFlink(options.as(FlinkPipelineOptions.class), given);
    } else if (given.contains("flinkMaster")) {
      throw new UsageException("--flinkMaster needs --runner=FlinkRunner");
    }
    ofDirect(options.as(DirectOptions.class), given);
  }

  public static boolean isFlink(PipelineOptions options) {
    return FlinkRunner.class.equals(options.getRunner());
  }

  private static void ofFlink(FlinkPipelineOptions flink, Set<String> given) {
    if (!HostedProgram.isHosted()
        && !flink.getFlinkMaster().matches("(https?://)?[^\\[\\]]+:\\d+")) {
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
    }
    if (!given.contains("blockOnRun")) {
      direct.setBlockOnRun(false);
    }
  }

  /** How many elements the runner works on at once, as far as the options tell. */
  public static int parallelism(PipelineOptions options) {
    return isFlink(options)
        ? Integer.MAX_VALUE
        : options.as(DirectOptions.class).getTargetParallelism();
  }
}
