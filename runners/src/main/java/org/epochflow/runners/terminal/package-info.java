/**
 * The terminal's view of the work: states and figures as text, printed to a given stream. May
 * depend on the model and on the pipeline's listeners.
 */
@NullMarked
package org.epochflow.runners.terminal;

import org.jspecify.annotations.NullMarked;
