package org.epochflow.model.train;

import org.epochflow.model.metric.Tally;

/**
 * What a replica made of its share of a round.
 *
 * @param model where it ended; under server Adam its moments are empty, the server has them
 * @param tally of the minibatches as they were trained; its examples are the replica's weight
 */
public record ReplicaResult(ModelState model, Tally tally) {}
