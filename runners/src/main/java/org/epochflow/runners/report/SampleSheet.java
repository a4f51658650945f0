package org.epochflow.runners.report;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.augmentation.Augment;
import org.epochflow.model.random.CounterRandom;
import org.epochflow.model.random.Purpose;
import org.epochflow.pipeline.data.Sample;
import org.epochflow.pipeline.picture.ContactSheet;

/**
 * A picture of some images of a data set, each with its class; where they are augmented, each is
 * followed by what training with the seed makes of it in its first epochs.
 *
 * @param image their shape, {@code (height, width)} or {@code (height, width, channels)}
 * @param names what the classes are called
 */
public record SampleSheet(Shape image, List<String> names, Augment augment, long seed) {
  private static final int COLUMNS = 10;
  private static final int PICTURE_PIXELS = 84;
  private static final int MOST = 255;

  /** Writes the picture as PNG. */
  public void write(List<Sample> samples, OutputStream out) throws IOException {
    Shape shape = image.withChannels();
    int scale = Math.max(1, PICTURE_PIXELS / Math.max(shape.height(), shape.width()));
    ContactSheet sheet =
        new ContactSheet(shape.height(), shape.width(), shape.channels(), COLUMNS, scale);
    List<ContactSheet.Picture> pictures = new ArrayList<>();
    for (Sample sample : samples) {
      pictures.add(new ContactSheet.Picture(sample.pixels(), names.get(sample.label())));
      for (int epoch = 1; epoch < COLUMNS && !augment.equals(Augment.NONE); epoch++) {
        pictures.add(new ContactSheet.Picture(augmented(sample, epoch), "epoch " + epoch));
      }
    }
    sheet.write(pictures, out);
  }

  /** The pixels of an image in an epoch, counted from 1. */
  byte[] augmented(Sample sample, int epoch) {
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
