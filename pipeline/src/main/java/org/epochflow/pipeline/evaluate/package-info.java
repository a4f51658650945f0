/**
 * The quality of a model on files of records, and its mistakes. May depend on {@code data}, {@code
 * execute}, {@code picture} and {@code store}.
 */
@NullMarked
package org.epochflow.pipeline.evaluate;

import org.jspecify.annotations.NullMarked;
