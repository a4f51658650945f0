/**
 * The formats of data sets, a file each: what is at a path, and how it becomes canonical IDX. May
 * depend on {@code data} and {@code store}.
 */
@NullMarked
package org.epochflow.pipeline.data.format;

import org.jspecify.annotations.NullMarked;
