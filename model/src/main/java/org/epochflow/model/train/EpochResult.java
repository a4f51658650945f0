package org.epochflow.model.train;

import org.epochflow.model.metric.Tally;

/** What running one epoch gave: the averaged model, and how it did. See {@link EpochRow}. */
public record EpochResult(
    ModelState model, Tally training, Tally validation, double trainingSeconds, double seconds) {}
