/** Optimisers with their state made explicit. May depend on {@code kernel}. */
@NullMarked
package org.epochflow.model.optim;

import org.jspecify.annotations.NullMarked;
