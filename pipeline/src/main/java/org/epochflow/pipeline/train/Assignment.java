package org.epochflow.pipeline.train;

import java.io.Serializable;

/**
 * A piece of work.
 *
 * @param number of the replica, or of the chunk of validation examples
 * @param from the round before
 */
record Assignment(int number, RoundReport from) implements Serializable {}
