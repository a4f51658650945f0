/**
 * What training is, without Beam: its configuration, its state, a replica's share of a round, the
 * averaging, and which example belongs to which part. May depend on {@code nn}, {@code kernel},
 * {@code optim}, {@code random} and {@code metric}.
 */
@NullMarked
package org.epochflow.model.train;

import org.jspecify.annotations.NullMarked;
