package org.epochflow.model.kernel;

/**
 * The sizes of max pooling: windows {@code [poolHeight x poolWidth]} every {@code strideHeight} and
 * {@code strideWidth}, all inside the image.
 */
public record Pooling(
    int height,
    int width,
    int channels,
    int poolHeight,
    int poolWidth,
    int strideHeight,
    int strideWidth,
    int outHeight,
    int outWidth) {}
