/**
 * A run: one training with its folder. {@link org.epochflow.pipeline.run.Training} is the only
 * loop; an epoch is run by Beam or in the process, to the same bits. May depend on the packages of
 * transforms and on the model.
 */
@NullMarked
package org.epochflow.pipeline.run;

import org.jspecify.annotations.NullMarked;
