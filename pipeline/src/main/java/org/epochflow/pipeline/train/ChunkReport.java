package org.epochflow.pipeline.train;

import java.io.Serializable;
import org.epochflow.model.metric.Tally;

/** How a model did on one chunk of the validation examples. */
record ChunkReport(RoundReport last, int chunk, Tally tally) implements Serializable {}
