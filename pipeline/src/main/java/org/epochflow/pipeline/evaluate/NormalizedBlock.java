package org.epochflow.pipeline.evaluate;

/**
 * Records as inputs of a network, with their labels as they are in the file.
 *
 * @param indices each record's number in the data set
 * @param x {@code [records x values]}, normalised
 */
public record NormalizedBlock(long[] indices, byte[] labels, float[] x) {}
