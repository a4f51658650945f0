/**
 * Functions of each value and of the vectors along the last axis, as operations: their formulas,
 * and loops that are as fast as vectors. May depend on {@code nn} and {@code kernel}, and on EJML.
 */
@NullMarked
package org.epochflow.model.nn.layer.function;

import org.jspecify.annotations.NullMarked;
