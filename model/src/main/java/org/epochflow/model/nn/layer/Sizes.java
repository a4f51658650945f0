package org.epochflow.model.nn.layer;

import java.util.Locale;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Shape;

/** Checks of a layer's settings and input, with messages that name the layer. */
final class Sizes {
  private Sizes() {}

  static void requireAtLeastOne(String layer, String setting, int value) {
    if (value < 1) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT, "Layer %s: expected %s of 1 or more, found %d", layer, setting, value));
    }
  }

  static void requireImages(String layer, Shape input) {
    if (!input.isImage()) {
      throw new ArchitectureException(
          "Layer %s: expected images (height, width, channels), found %s".formatted(layer, input));
    }
  }

  static void requireRoom(String layer, int height, int width, Shape input) {
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
