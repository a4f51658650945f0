package org.epochflow.pipeline.broken;

import org.epochflow.model.broken.SeesPipeline;
import org.jspecify.annotations.Nullable;

/** Half of a cycle of packages. */
public record InCycle(@Nullable SeesPipeline other) {}
