package org.epochflow.runners.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.util.common.ReflectHelpers;

/**
 * What the pipelines get of the options: a runner's, without the program's own. A runner copies and
 * describes all that it gets for every pipeline, Flink's for every step of it.
 */
final class RunnersOptions {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModules(ObjectMapper.findModules(ReflectHelpers.findClassLoader()));

  private RunnersOptions() {}

  /** A copy of the options that are a runner's. */
  static PipelineOptions of(PipelineOptions options) {
    ObjectNode json = JSON.valueToTree(options);
    ObjectNode values = (ObjectNode) json.get("options");
    for (Class<?> type : options.getClass().getInterfaces()) {
      Option.ours(type).forEach(ours -> values.remove(ours.name()));
    }
    try {
      return JSON.treeToValue(json, PipelineOptions.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected options that can be copied, found " + json, e);
    }
  }
}
