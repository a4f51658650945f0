package org.epochflow.runners.option;

import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Preprocessing;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the pixels of a model from outside become its inputs. */
public final class PixelsOptions {
  @Option(
      names = "--pixels",
      description =
          "How pixels become the inputs of a model that Keras wrote, which does not say it: divided"
              + " by 255, or as they are")
  @Takes(
      words = {"0..1", "0..255"},
      fallback = "as the model says, else 0..1")
  public @Nullable String pixels;

  /**
   * The model with its pixels as they are asked for.
   *
   * @throws UsageException if the model says that it was trained with others
   */
  public SavedModel of(SavedModel model) {
    Preprocessing own = model.preprocessing();
    if (pixels == null || pixels.equals(own.scale().word())) {
      return model;
    } else if (model.state().isPresent()) {
      throw new UsageException(
          "Expected --pixels=%s, as the model was trained with, or not at all, found --pixels=%s"
              .formatted(own.scale().word(), pixels));
    }
    return model.with(Preprocessing.Scale.named(pixels).ofChannels(1));
  }
}
