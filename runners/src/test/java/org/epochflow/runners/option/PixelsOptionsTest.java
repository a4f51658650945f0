package org.epochflow.runners.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.runners.SmallConfig;
import org.junit.jupiter.api.Test;

/** How the pixels of a model from outside, or of one of ours, become its inputs. */
class PixelsOptionsTest {
  private static final float[] PARAMETERS = new float[10];

  private static SavedModel model(Optional<TrainingState> state) {
    TrainingConfig config = SmallConfig.of(1, 0, 1);
    return new SavedModel(config.architecture(), Preprocessing.STANDARD, PARAMETERS, state);
  }

  private static PixelsOptions typed(String pixels) {
    PixelsOptions options = new PixelsOptions();
    options.pixels = pixels;
    return options;
  }

  @Test
  void aModelFromOutsideTakesPixelsAsTyped() {
    SavedModel outside = model(Optional.empty());
    assertSame(outside, new PixelsOptions().of(outside));
    assertSame(outside, typed("0..1").of(outside));
    assertEquals(Preprocessing.BYTES, typed("0..255").of(outside).preprocessing());
  }

  @Test
  void aModelOfOursSaysHowItWasTrained() {
    SavedModel ours = model(Optional.of(TrainingState.begin(SmallConfig.of(1, 0, 1), PARAMETERS)));
    assertSame(ours, typed("0..1").of(ours));
    assertEquals(
        "Expected --pixels=0..1, as the model was trained with, or not at all, found"
            + " --pixels=0..255",
        assertThrows(UsageException.class, () -> typed("0..255").of(ours)).getMessage());
  }
}
