package org.epochflow.model.train;

import org.epochflow.model.metric.Tally;

/**
 * The result of a replica after its share of a round.
 *
 * @param model its parameters at the end, and the state of the optimiser that stepped them
 * @param tally of the minibatches as they were trained; its examples are the replica's weight
 */
public record ReplicaResult(ModelState model, Tally tally) {}
