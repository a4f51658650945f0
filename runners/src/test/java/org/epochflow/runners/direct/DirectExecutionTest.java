package org.epochflow.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.Listeners;
import org.junit.jupiter.api.Test;

/** What an execution on the DirectRunner gives its pipelines. */
final class DirectExecutionTest {
  private static DirectOptions options() {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setRunner(DirectRunner.class);
    options.setBlockOnRun(false);
    options.setTargetParallelism(3);
    options.setTempLocation("/tmp/somewhere");
    return options;
  }

  /** The options that a pipeline of this execution has. */
  private static PipelineOptions seen(Execution execution) throws IOException {
    List<PipelineOptions> seen = new ArrayList<>();
    execution.run(
        "look",
        pipeline -> {
          seen.add(pipeline.getOptions());
          pipeline.apply(Create.of(1));
        },
        Execution.Watch.NONE);
    return seen.get(0);
  }

  @Test
  void aNarrowedExecutionHasNoMoreThreadsThanElements() throws IOException {
    Execution whole = new DirectExecution(options(), Listeners.none());
    assertEquals(3, seen(whole).as(DirectOptions.class).getTargetParallelism());
    assertEquals(2, seen(whole.narrowedTo(2)).as(DirectOptions.class).getTargetParallelism());
    assertEquals(3, seen(whole.narrowedTo(8)).as(DirectOptions.class).getTargetParallelism());
    assertEquals(3, seen(whole).as(DirectOptions.class).getTargetParallelism());
  }

  @Test
  void aNarrowedExecutionHasTheOtherOptions() throws IOException {
    PipelineOptions seen = seen(new DirectExecution(options(), Listeners.none()).narrowedTo(1));
    assertEquals("/tmp/somewhere", seen.getTempLocation());
    assertEquals(DirectRunner.class, seen.getRunner());
    assertFalse(seen.as(DirectOptions.class).isBlockOnRun());
  }
}
