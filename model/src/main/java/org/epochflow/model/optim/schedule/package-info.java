/**
 * Schedules of the learning rate, one file each, and {@link Schedules}, which knows them all. May
 * depend on the settings of {@code optim}.
 */
@NullMarked
package org.epochflow.model.optim.schedule;

import org.jspecify.annotations.NullMarked;
