/**
 * Optimisers, one file each, and {@link Optimizers}, which knows them all. Their state is the
 * caller's. May depend on {@code kernel}, {@code nn}, {@code parallel} and {@code json}.
 */
@NullMarked
package org.epochflow.model.optim;

import org.jspecify.annotations.NullMarked;
