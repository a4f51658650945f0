package org.epochflow.pipeline.evaluate;

/**
 * Inputs and targets of a loss.
 *
 * @param x {@code [examples x values]}, normalised
 * @param y {@code [examples x classes]}, one-hot
 */
public record LabelledBlock(long[] indices, float[] x, float[] y) {}
