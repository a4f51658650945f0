package org.epochflow.runners.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

/** A runner gets its own options alone. */
final class RunnersOptionsTest {
  @Test
  void aRunnersOptionsStayAndOursDoNot() {
    TrainOptions options =
        PipelineOptionsFactory.fromArgs(
                "--epochs=3",
                "--replicas=7",
                "--runner=DirectRunner",
                "--tempLocation=/tmp/somewhere",
                "--targetParallelism=5")
            .as(TrainOptions.class);
    assertTrue(options.toString().contains("replicas"), options.toString());
    PipelineOptions runners = RunnersOptions.of(options);
    assertEquals("/tmp/somewhere", runners.getTempLocation());
    assertEquals(DirectRunner.class, runners.getRunner());
    assertEquals(5, runners.as(DirectOptions.class).getTargetParallelism());
    for (String ours : new String[] {"epochs", "replicas", "learningRate"}) {
      assertFalse(runners.toString().contains(ours), runners.toString());
    }
    assertEquals(7, options.getReplicas());
  }
}
