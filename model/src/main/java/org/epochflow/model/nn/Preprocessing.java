package org.epochflow.model.nn;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.OptBoolean;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.epochflow.model.kernel.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * How a record becomes an input and a target, defined once for training, evaluation and prediction:
 * {@code x = pixel / divisor} in float32, {@code y = one-hot(label)}. Where pixels are
 * standardised, {@code x = (pixel / divisor - mean_c) / deviation_c}, with the {@code mean} and the
 * {@code deviation} of the pixel's channel {@code c} over all training images, divided by 255.
 *
 * @param divisor what every pixel is divided by; 255 maps bytes to 0 to 1, and 1 leaves them
 * @param image the shape of the images a network was trained on, {@code (height, width)} or {@code
 *     (height, width, channels)}; null where that is not recorded, as in a file that Keras wrote
 * @param mean one for each channel; null where pixels are not standardised; likewise {@code
 *     deviation}, each above 0
 */
public record Preprocessing(
    @JsonProperty("pixelDivisor") float divisor,
    @JsonProperty(value = "imageShape", isRequired = OptBoolean.FALSE)
        @JsonInclude(Include.NON_NULL)
        @Nullable Shape image,
    @JsonProperty(value = "pixelMean", isRequired = OptBoolean.FALSE) @JsonInclude(Include.NON_NULL)
        @Nullable List<Float> mean,
    @JsonProperty(value = "pixelDeviation", isRequired = OptBoolean.FALSE)
        @JsonInclude(Include.NON_NULL)
        @Nullable List<Float> deviation)
    implements Serializable {
  /** Pixels from 0 to 1, which is what a model means that says nothing. */
  public static final Preprocessing STANDARD = new Preprocessing(255f, null);

  /** Pixels as they are in the file. */
  public static final Preprocessing BYTES = new Preprocessing(1f, null);

  /** The ways in which pixels become inputs. */
  public enum Scale {
    ZERO_TO_ONE("0..1"),
    BYTES("0..255"),
    STANDARDIZED("standardized");

    private final String word;

    Scale(String word) {
      this.word = word;
    }

    /** As the command line spells it: {@code 0..255}. */
    public String word() {
      return word;
    }

    /**
     * The one that is spelled so.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Scale named(String word) {
      return Arrays.stream(values())
          .filter(scale -> scale.word.equals(word))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "Expected one of 0..1, 0..255, standardized, found " + word));
    }

    /**
     * Pixels of this scale; standardised, before they are measured, by means 0 and deviations 1.
     */
    public Preprocessing ofChannels(int channels) {
      return switch (this) {
        case ZERO_TO_ONE -> STANDARD;
        case BYTES -> Preprocessing.BYTES;
        case STANDARDIZED ->
            standardized(Collections.nCopies(channels, 0.0), Collections.nCopies(channels, 1.0));
      };
    }
  }

  public Preprocessing {
    if (!(divisor > 0) || Float.isInfinite(divisor)) {
      throw new IllegalArgumentException("Expected a divisor above 0, found " + divisor);
    }
    mean = mean == null ? null : List.copyOf(mean);
    deviation = deviation == null ? null : List.copyOf(deviation);
    requireMoments(image, mean, deviation);
  }

  /** Pixels that are divided, and no more. */
  public Preprocessing(float divisor, @Nullable Shape image) {
    this(divisor, image, null, null);
  }

  /**
   * Pixels that are divided by 255, then standardised: less the mean, divided by the deviation. A
   * channel of equal pixels, whose deviation is 0, is divided by 1.
   *
   * @param mean of each channel, divided by 255; likewise {@code deviation}
   */
  public static Preprocessing standardized(List<Double> mean, List<Double> deviation) {
    return new Preprocessing(
        STANDARD.divisor,
        null,
        mean.stream().map(Double::floatValue).toList(),
        deviation.stream().map(Double::floatValue).map(d -> d > 0 ? d : 1f).toList());
  }

  private static void requireMoments(
      @Nullable Shape image, @Nullable List<Float> mean, @Nullable List<Float> deviation) {
    if (mean == null && deviation == null) {
      return;
    }
    boolean sound =
        mean != null
            && deviation != null
            && mean.size() == deviation.size()
            && mean.size() == channels(image, mean.size())
            && mean.stream().allMatch(Float::isFinite)
            && deviation.stream().allMatch(d -> Float.isFinite(d) && d > 0);
    if (!sound) {
      throw new IllegalArgumentException(
          "Expected a mean and a deviation above 0 for each channel, found %s and %s"
              .formatted(mean, deviation));
    }
  }

  /** How many channels images of a shape have; so many as are known, but at least 1, of any. */
  private static int channels(@Nullable Shape image, int known) {
    return image != null && image.withChannels().isImage()
        ? image.withChannels().channels()
        : Math.max(1, known);
  }

  /** How many channels it standardises, or 1 if it does not. */
  public int channels() {
    return mean == null ? 1 : mean.size();
  }

  /** How pixels become inputs; what is divided by anything but 1 counts as from 0 to 1. */
  public Scale scale() {
    if (mean != null) {
      return Scale.STANDARDIZED;
    }
    return divisor == 1 ? Scale.BYTES : Scale.ZERO_TO_ONE;
  }

  /** The same for images of this shape; for images of any where it is null. */
  public Preprocessing withImage(@Nullable Shape shape) {
    return new Preprocessing(divisor, shape, mean, deviation);
  }

  /**
   * Whether a network takes images: the one rule, by shape. A network of images takes images of
   * exactly its input's shape, where {@code (height, width)} means one channel. A network of
   * vectors takes images of the shape it was trained on; where that is not recorded, any with as
   * many values as its input.
   *
   * @param input the network's
   */
  public boolean fits(Shape input, Shape images) {
    Shape found = images.withChannels();
    if (input.isImage()) {
      return input.equals(found);
    }
    return input.size() == found.size() && (image == null || image.withChannels().equals(found));
  }

  /**
   * Refuses images that a network does not take.
   *
   * @param network what the message calls it
   * @param input the network's
   * @param source what the message calls the images, for instance their file
   * @throws IllegalArgumentException naming both shapes
   */
  public void requireFit(String network, Shape input, Shape images, String source) {
    if (!fits(input, images)) {
      throw new IllegalArgumentException(
          "Expected images that fit %s, %s, found images of %s (%s)"
              .formatted(
                  network,
                  input.isImage() || image == null
                      ? "whose input is " + input
                      : "which was trained on images of " + image,
                  images,
                  source));
    }
  }

  /**
   * Writes {@code pixels[offset .. offset + length)}, unsigned, as inputs to {@code x} at {@code
   * xOffset}. They begin with the first channel.
   */
  public void normalize(byte[] pixels, int offset, int length, float[] x, int xOffset) {
    for (int i = 0; i < length; i++) {
      x[xOffset + i] = (pixels[offset + i] & 0xff) / divisor;
    }
    standardize(x, xOffset, length);
  }

  /** The same by kernels, whose bits are the same. */
  public void normalize(
      Kernels kernels, byte[] pixels, int offset, int length, float[] x, int xOffset) {
    kernels.normalize(pixels, offset, length, divisor, x, xOffset);
    standardize(x, xOffset, length);
  }

  /** Standardises pixels that are divided already, in place, if that is asked for. */
  private void standardize(float[] x, int from, int length) {
    if (mean == null || deviation == null) {
      return;
    }
    int channels = mean.size();
    for (int c = 0; c < channels; c++) {
      float center = mean.get(c);
      float scale = deviation.get(c);
      for (int i = from + c; i < from + length; i += channels) {
        x[i] = (x[i] - center) / scale;
      }
    }
  }

  /** Writes the one-hot row of {@code label} at {@code offset}: 1 at its place, 0 elsewhere. */
  public static void oneHot(int label, int classes, float[] y, int offset) {
    for (int i = 0; i < classes; i++) {
      y[offset + i] = i == label ? 1f : 0f;
    }
  }
}
