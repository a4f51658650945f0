/**
 * A model behind HTTP: TensorFlow Serving's REST form, on the server that the JDK has. May depend
 * on the model and on the pipeline's {@code predict}.
 */
@NullMarked
package org.epochflow.runners.serve;

import org.jspecify.annotations.NullMarked;
