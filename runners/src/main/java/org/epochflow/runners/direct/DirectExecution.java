package org.epochflow.runners.direct;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Collection;
import java.util.function.Consumer;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.util.common.ReflectHelpers;
import org.epochflow.pipeline.run.Execution;
import org.epochflow.pipeline.run.RunnerExecution;

/**
 * Runs pipelines on the DirectRunner. Its threads are a fixed number; one of them that has nothing
 * to do looks without a pause whether the others are done, at the cost of the work beside it.
 */
public final class DirectExecution implements Execution {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModules(ObjectMapper.findModules(ReflectHelpers.findClassLoader()));
  private final DirectOptions options;

  private DirectExecution(DirectOptions options) {
    this.options = options;
  }

  /**
   * On the runner of these options.
   *
   * @param options with those of the runner; {@code --blockOnRun} must be off
   * @param others names of options that no pipeline asks for: the runner copies and describes all
   *     that it gets, for every pipeline anew
   */
  public static DirectExecution of(PipelineOptions options, Collection<String> others) {
    ObjectNode json = JSON.valueToTree(options);
    ((ObjectNode) json.get("options")).remove(others);
    return new DirectExecution(parsed(json));
  }

  private static DirectOptions parsed(ObjectNode json) {
    try {
      return JSON.treeToValue(json, PipelineOptions.class).as(DirectOptions.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected options that can be copied, found " + json, e);
    }
  }

  @Override
  public void run(String name, Consumer<Pipeline> graph, Watch watch) throws IOException {
    new RunnerExecution(options).run(name, graph, watch);
  }

  @Override
  public Execution narrowedTo(int elements) {
    DirectOptions narrow = parsed(JSON.valueToTree(options));
    narrow.setTargetParallelism(Math.min(elements, options.getTargetParallelism()));
    return new DirectExecution(narrow);
  }
}
