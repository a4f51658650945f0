/**
 * From files to a data set: one pass that validates and counts, and its outcome, the {@link
 * org.epochflow.pipeline.ingest.Manifest}. May depend on {@code io}.
 */
@NullMarked
package org.epochflow.pipeline.ingest;

import org.jspecify.annotations.NullMarked;
