package org.epochflow.pipeline.execute;

import org.apache.beam.sdk.options.StreamingOptions;

/** Breaks the rule that a run passes Beam's options on unread. */
record ReadsOptions(StreamingOptions options) {}
