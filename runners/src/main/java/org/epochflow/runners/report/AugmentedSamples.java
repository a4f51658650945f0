package org.epochflow.runners.report;

import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.augmentation.Augment;
import org.epochflow.model.random.CounterRandom;
import org.epochflow.model.random.Purpose;
import org.epochflow.pipeline.data.Sample;

/**
 * What training with a seed makes of the images of a data set, as {@code cnn} and other networks of
 * images are trained.
 *
 * @param image their shape, {@code (height, width)} or {@code (height, width, channels)}
 */
public record AugmentedSamples(Augment augment, Shape image, long seed) {
  private static final int MOST = 255;

  /** The pixels of an image in an epoch, counted from 1. */
  public byte[] of(Sample sample, int epoch) {
    byte[] pixels = sample.pixels();
    float[] x = new float[pixels.length];
    Preprocessing.STANDARD.normalize(pixels, 0, pixels.length, x, 0);
    long epochKey = CounterRandom.key(seed, Purpose.DROPOUT, epoch - 1);
    float[] changed =
        augment.example(
            x,
            image.withChannels(),
            Augment.inputs(Preprocessing.STANDARD),
            epochKey,
            sample.index());
    byte[] shown = new byte[pixels.length];
    for (int i = 0; i < shown.length; i++) {
      float pixel = changed[i] * Preprocessing.STANDARD.divisor();
      shown[i] = (byte) Math.round(Math.min(Math.max(pixel, 0), MOST));
    }
    return shown;
  }
}
