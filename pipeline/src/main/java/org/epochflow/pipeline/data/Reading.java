package org.epochflow.pipeline.data;

import java.io.Serializable;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.jspecify.annotations.Nullable;

/**
 * How a data set is read where its files leave it open.
 *
 * @param firstLabel the label of the first class, 0 or 1; null if the labels decide it
 * @param testSplit the share of examples to test on, of data that have no such part; 0 if none
 * @param imageSize to which pictures are resized; null if they stay as they are
 * @param colorMode what pictures become; null if they stay as they are
 * @param npzNames names of the arrays of a NumPy file: training images, training labels, test
 *     images and test labels; empty if Keras's
 */
public record Reading(
    @Nullable Integer firstLabel,
    double testSplit,
    @Nullable ImageSize imageSize,
    @Nullable ColorMode colorMode,
    List<String> npzNames)
    implements Serializable {
  /** Everything as the files have it. */
  public static final Reading AS_IT_IS = new Reading(null, 0, null, null, List.of());

  /** The channels of a picture. */
  public enum ColorMode {
    GRAYSCALE,
    RGB
  }

  /** The size of a picture in pixels. */
  public record ImageSize(int height, int width) implements Serializable {
    private static final int MOST = 1 << 14;
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,5})(?:[xX,]([0-9]{1,5}))?");

    /** Reads {@code 28x32}, or {@code 28} for a square; empty if it is no size of 1 to 16384. */
    public static Optional<ImageSize> parse(String text) {
      Matcher sizes = TEXT.matcher(text);
      if (!sizes.matches()) {
        return Optional.empty();
      }
      int height = Integer.parseInt(sizes.group(1));
      int width = sizes.group(2) == null ? height : Integer.parseInt(sizes.group(2));
      boolean possible = height >= 1 && height <= MOST && width >= 1 && width <= MOST;
      return possible ? Optional.of(new ImageSize(height, width)) : Optional.empty();
    }

    /** {@code 28x32}. */
    @Override
    public String toString() {
      return height + "x" + width;
    }
  }

  public Reading {
    npzNames = List.copyOf(npzNames);
  }

  /**
   * Whether an example of data without parts belongs to one. It follows from the example's name
   * alone, so that none changes its part when others come.
   *
   * @param name of the example within its data set
   */
  public boolean isIn(Part part, String name) {
    return testSplit == 0 || isTest(name) == (part == Part.TEST);
  }

  private boolean isTest(String name) {
    byte[] start = Arrays.copyOf(sha256(name), Long.BYTES - 1);
    return new BigInteger(1, start).doubleValue() < testSplit * Math.pow(2, 8 * start.length);
  }

  /** A digest of a name, for what must not depend on its order among others. */
  public static byte[] sha256(String name) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
