/** Event files that TensorBoard reads. May depend on the model and on the pipeline's listeners. */
@NullMarked
package org.epochflow.runners.tensorboard;

import org.jspecify.annotations.NullMarked;
