package org.epochflow.pipeline.data;

import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.nn.Preprocessing;

/**
 * The sums of the pixels of each channel, and of their squares, in whole numbers: any order of the
 * same images gives the same. For one thread at a time.
 */
public final class ChannelSums {
  private static final double BRIGHTEST = 255;
  private final long[] sums;
  private final long[] squares;
  private long pixels;

  public ChannelSums(int channels) {
    sums = new long[channels];
    squares = new long[channels];
  }

  /** Adds whole images: unsigned bytes, the channels of a pixel one after the other. */
  public void add(byte[] images) {
    int channels = sums.length;
    for (int c = 0; c < channels; c++) {
      for (int i = c; i < images.length; i += channels) {
        int value = images[i] & 0xff;
        sums[c] += value;
        squares[c] += (long) value * value;
      }
    }
    pixels += images.length / channels;
  }

  /** Pixels standardised by the mean and the deviation of each channel of these images. */
  public Preprocessing standardized() {
    List<Double> means = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    for (int c = 0; c < sums.length; c++) {
      double mean = (double) sums[c] / pixels / BRIGHTEST;
      double square = (double) squares[c] / pixels / BRIGHTEST / BRIGHTEST;
      means.add(mean);
      deviations.add(Math.sqrt(Math.max(0, square - mean * mean)));
    }
    return Preprocessing.standardized(means, deviations);
  }
}
