/**
 * How good a model is on files of records, and what it got wrong. May depend on {@code data},
 * {@code picture} and {@code store}.
 */
@NullMarked
package org.epochflow.pipeline.evaluate;

import org.jspecify.annotations.NullMarked;
