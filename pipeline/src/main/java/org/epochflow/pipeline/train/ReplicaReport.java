package org.epochflow.pipeline.train;

import java.io.Serializable;
import org.epochflow.model.metric.Tally;

/**
 * What a replica has done in a round.
 *
 * @param from the round before
 * @param state the path of its model
 * @param tally of its minibatches
 */
record ReplicaReport(RoundReport from, int replica, String state, Tally tally)
    implements Serializable {}
