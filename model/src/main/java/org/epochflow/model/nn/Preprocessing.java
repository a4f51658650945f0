package org.epochflow.model.nn;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.OptBoolean;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How a record becomes an input and a target, defined once for training, evaluation and prediction:
 * {@code x = pixel / divisor} in float32, {@code y = one-hot(label)}.
 *
 * @param divisor what every pixel is divided by; 255 maps bytes to 0 to 1
 * @param image the shape of the images a network was trained on, {@code (height, width)} or {@code
 *     (height, width, channels)}; null where that is not recorded, as in a file that Keras wrote
 */
public record Preprocessing(
    @JsonProperty("pixelDivisor") float divisor,
    @JsonProperty(value = "imageShape", isRequired = OptBoolean.FALSE)
        @JsonInclude(Include.NON_NULL)
        @Nullable Shape image)
    implements Serializable {
  public static final Preprocessing STANDARD = new Preprocessing(255f, null);

  public Preprocessing {
    if (!(divisor > 0) || Float.isInfinite(divisor)) {
      throw new IllegalArgumentException("Expected a divisor above 0, found " + divisor);
    }
  }

  /** The same for images of this shape. */
  public Preprocessing withImage(Shape shape) {
    return new Preprocessing(divisor, shape);
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

  /** Writes {@code pixels[offset .. offset + length)}, unsigned, divided, to {@code x} at 0. */
  public void normalize(byte[] pixels, int offset, int length, float[] x, int xOffset) {
    for (int i = 0; i < length; i++) {
      x[xOffset + i] = (pixels[offset + i] & 0xff) / divisor;
    }
  }

  /** Writes the one-hot row of {@code label} at {@code offset}: 1 at its place, 0 elsewhere. */
  public static void oneHot(int label, int classes, float[] y, int offset) {
    for (int i = 0; i < classes; i++) {
      y[offset + i] = i == label ? 1f : 0f;
    }
  }
}
