/**
 * What a training looks like on a terminal: text made of states and figures, on a stream that is
 * passed in. May depend on the model and on the pipeline's listeners.
 */
@NullMarked
package org.epochflow.runners.terminal;

import org.jspecify.annotations.NullMarked;
