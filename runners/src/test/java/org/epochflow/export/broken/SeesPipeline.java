package org.epochflow.export.broken;

import org.epochflow.pipeline.broken.InCycle;

/** Breaks the direction of dependencies, and closes a cycle of packages. */
public record SeesPipeline(InCycle cycle) {}
