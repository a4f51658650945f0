package org.epochflow.model.nn.layer.core;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Shape;

/** Checks of a layer's settings and input, with messages that name the layer. */
public final class Sizes {
  /** Of small images, kernels take several. */
  private static final BigInteger PLACES_AT_ONCE = BigInteger.valueOf(256);

  private Sizes() {}

  public static void requireAtLeastOne(String layer, String setting, int value) {
    if (value < 1) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT, "Layer %s: expected %s of 1 or more, found %d", layer, setting, value));
    }
  }

  public static void requireZeroOrMore(String layer, String setting, double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new ArchitectureException(
          "Layer %s: expected %s of 0 or more, found %s".formatted(layer, setting, value));
    }
  }

  /** Refuses a share of values to drop that is not below 1. */
  public static void requireRate(String layer, double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new ArchitectureException(
          "Layer %s: expected a rate from 0 to below 1, found %s".formatted(layer, rate));
    }
  }

  /** Refuses another number than the expected one. */
  public static void requireEqual(String layer, String what, int expected, int found) {
    if (found != expected) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT, "Layer %s: expected %d %s, found %d", layer, expected, what, found));
    }
  }

  /** A number of rows or columns, which an int has to hold. */
  public static int length(String layer, long rowsOrColumns) {
    if (rowsOrColumns > Integer.MAX_VALUE) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT,
              "Layer %s: expected at most %d rows or columns, found %d",
              layer,
              Integer.MAX_VALUE,
              rowsOrColumns));
    }
    return (int) rowsOrColumns;
  }

  public static void requireImages(String layer, Shape input) {
    if (!input.isImage()) {
      throw new ArchitectureException(
          "Layer %s: expected images (height, width, channels), found %s".formatted(layer, input));
    }
  }

  /**
   * Refuses patches that an array cannot hold.
   *
   * @param places of an image, by height and width
   * @param sizes of the patch at each place
   */
  public static void requireCountable(String layer, List<Integer> places, List<Integer> sizes) {
    BigInteger atOnce = Shape.product(places).max(PLACES_AT_ONCE);
    BigInteger values = atOnce.multiply(Shape.product(sizes));
    if (values.bitLength() >= Integer.SIZE) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT,
              "Layer %s: expected at most %d values in patches of an image, found %d",
              layer,
              Integer.MAX_VALUE,
              values));
    }
  }

  public static void requireRoom(String layer, long height, long width, Shape input) {
    if (height > input.height() || width > input.width()) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT,
              "Layer %s: expected an input of at least (%d, %d), found %s",
              layer,
              height,
              width,
              input));
    }
  }
}
