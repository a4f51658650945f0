/** Threads that share one piece of work. Depends on nothing. */
@NullMarked
package org.epochflow.model.parallel;

import org.jspecify.annotations.NullMarked;
