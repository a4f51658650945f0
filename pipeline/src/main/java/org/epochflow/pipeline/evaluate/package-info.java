/**
 * How good a model is on files of records, and what it got wrong. May depend on {@code io} and
 * {@code ingest}.
 */
@NullMarked
package org.epochflow.pipeline.evaluate;

import org.jspecify.annotations.NullMarked;
