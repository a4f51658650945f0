package org.epochflow.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.SmallNetworks;
import org.junit.jupiter.api.Test;

/** What a training starts from. */
class StartingModelTest {
  private static final Architecture MLP = Presets.mlp(Shape.of(5, 4), 4, 0);
  private static final SavedModel SAVED =
      new SavedModel(MLP, Preprocessing.STANDARD, MLP.initialParameters(3), Optional.empty());

  private static TrainingConfig config(StartingModel start) {
    return SmallNetworks.config(
        start.network().apply(Shape.of(5, 4), Preprocessing.STANDARD),
        new DataParallel(Strategy.LOCAL, 1, 1));
  }

  @Test
  void aNewHeadAloneIsDrawn() {
    StartingModel start =
        new StartingModel("--model=m.keras", 4, (image, pixels) -> MLP, Optional.of(SAVED), false)
            .withNewHead(6);
    assertEquals(List.of("0", "1", "2", "3", "4", "5"), start.classNames());
    TrainingConfig config = config(start);
    float[] found = start.begin(config).parameters();
    int head = MLP.headOffset();
    assertArrayEquals(
        Arrays.copyOf(SAVED.parameters(), head), Arrays.copyOf(found, head), "all but the head");
    float[] drawn = config.architecture().initialParameters(config.seed());
    assertArrayEquals(
        Arrays.copyOfRange(drawn, head, drawn.length),
        Arrays.copyOfRange(found, head, found.length),
        "the head");
    assertEquals(30 * 6 + 6, found.length - head);
  }

  @Test
  void aHeadOfTheSameSizeIsDrawnTooAndOnceOnly() {
    StartingModel start =
        new StartingModel("--model=m.keras", 4, (image, pixels) -> MLP, Optional.of(SAVED), false)
            .withNewHead(4);
    assertFalse(Arrays.equals(SAVED.parameters(), start.begin(config(start)).parameters()));
    StartingModel next = start.from(SAVED);
    assertArrayEquals(SAVED.parameters(), next.begin(config(next)).parameters());
  }
}
