package org.epochflow.pipeline.evaluate;

import java.io.Serializable;

/**
 * Records as a network takes them, with their labels still as they stand in the file.
 *
 * @param indices each record's number in the data set
 * @param x {@code [records x values]}, normalised
 */
public record NormalizedBlock(long[] indices, byte[] labels, float[] x) implements Serializable {}
