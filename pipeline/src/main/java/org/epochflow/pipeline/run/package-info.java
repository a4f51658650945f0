/**
 * A run: one training, evaluation or prediction with its folder. {@link
 * org.epochflow.pipeline.run.Training} is the only loop; an epoch is run by Beam or in the process,
 * to the same bits. May depend on {@code data}, {@code evaluate}, {@code execute}, {@code store}
 * and {@code train}.
 */
@NullMarked
package org.epochflow.pipeline.run;

import org.jspecify.annotations.NullMarked;
