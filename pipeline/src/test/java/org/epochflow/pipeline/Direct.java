package org.epochflow.pipeline;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.Groups;
import org.epochflow.pipeline.execute.RunnerExecution;
import org.epochflow.pipeline.store.Outcome;
import org.epochflow.pipeline.store.Storage;

/** The DirectRunner with all its checks of our transforms, which the product turns off. */
public final class Direct {
  private Direct() {}

  public static DirectOptions options(int parallelism) {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setRunner(DirectRunner.class);
    options.setTargetParallelism(parallelism);
    options.setBlockOnRun(false);
    options.setEnforceImmutability(true);
    options.setEnforceEncodability(true);
    return options;
  }

  public static Execution execution(int parallelism) {
    return new RunnerExecution(options(parallelism));
  }

  /** The same, with replicas in so many groups, as on several worker processes. */
  public static Execution inGroups(int parallelism, int groups) {
    Execution direct = execution(parallelism);
    return new Execution() {
      @Override
      public void run(String name, Consumer<Pipeline> graph, Watch watch) throws IOException {
        direct.run(name, graph, watch);
      }

      @Override
      public Groups groups(int replicas) {
        return new Groups(Math.min(groups, replicas), 1);
      }
    };
  }

  /** All elements of the collection that a graph makes, in no defined order. */
  public static <T> List<T> elements(
      Path folder, Coder<T> coder, Function<Pipeline, PCollection<T>> graph) throws IOException {
    Outcome<T> outcome = new Outcome<>(folder.resolve(UUID.randomUUID() + ".out") + "", coder);
    execution(2)
        .run(
            "elements",
            pipeline -> graph.apply(pipeline).apply("Collect", outcome.write()),
            Execution.Watch.NONE);
    return Storage.exists(outcome.path()) ? outcome.read() : List.of();
  }
}
