/**
 * From files to a data set: reading them, one pass that validates and counts, and its result, the
 * {@link org.epochflow.pipeline.data.Manifest}. May depend on {@code store} and {@code execute}.
 */
@NullMarked
package org.epochflow.pipeline.data;

import org.jspecify.annotations.NullMarked;
