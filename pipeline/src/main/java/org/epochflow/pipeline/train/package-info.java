/**
 * An epoch as a dataflow: replicas train, their models are averaged, the result is validated. May
 * depend on {@code data}, {@code execute} and {@code store}.
 */
@NullMarked
package org.epochflow.pipeline.train;

import org.jspecify.annotations.NullMarked;
