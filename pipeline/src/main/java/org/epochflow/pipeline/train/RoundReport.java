package org.epochflow.pipeline.train;

import java.io.Serializable;
import org.epochflow.model.metric.Tally;

/**
 * What an epoch has come to after some rounds.
 *
 * @param rounds how many are done
 * @param state the path of the averaged model
 * @param training how the epoch did up to here
 * @param averagedAt when, in milliseconds of the worker's clock; only shown
 */
record RoundReport(int rounds, String state, Tally training, long averagedAt)
    implements Serializable {}
