package org.epochflow.pipeline.broken;

import org.apache.beam.sdk.options.PipelineOptions;

/** Breaks the rule that Beam's options stay inside the runners. */
record SeesOptions(PipelineOptions options) {}
