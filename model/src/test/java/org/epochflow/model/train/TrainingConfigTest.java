package org.epochflow.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.optim.Adam;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.optim.Sgd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is too large to train is refused before there is anything to train it on. */
final class TrainingConfigTest {
  private static Architecture cnn(int side) {
    return Presets.cnn(Shape.of(side, side, 1), 10, 0.2, Padding.VALID, 1);
  }

  private static String refusal(Architecture network, Optimizer optimizer, int batchSize) {
    Exception refused =
        assertThrows(ArchitectureException.class, () -> Configs.of(network, optimizer, batchSize));
    return String.valueOf(refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 128, 4, LINEAR",
    "2, 128, 4, LINEAR",
    "3, 128, 20, LINEAR",
    "4, 128, 20, LINEAR",
    "5, 128, 20, CAPPED",
    "8, 64, 20, CAPPED",
    "9, 64, 40, CAPPED",
    "16, 32, 40, CAPPED",
    "64, 8, 40, CAPPED",
    "1024, 8, 40, CAPPED"
  })
  void whatIsNotGivenFollowsTheReplicas(
      int replicas, int batchSize, int rounds, LearningRate.Scaling scaling) {
    assertEquals(batchSize, TrainingConfig.defaultBatchSize(replicas));
    assertEquals(rounds, DataParallel.defaultRounds(replicas));
    assertEquals(scaling, LearningRate.Scaling.defaultFor(replicas));
  }

  @Test
  void parametersThatNoModelFileHoldsAreCounted() {
    assertEquals(
        "Expected at most 166666666 parameters in cnn, trained with adam, found 236027914",
        refusal(cnn(256), new Adam(), 32));
    assertEquals(236_027_914, Configs.of(cnn(256), new Sgd(), 32).architecture().parameterCount());
  }

  @Test
  void theLargestPossibleBatchIsNamed() {
    assertEquals(
        "Expected batchSize of at most 1361 for cnn on (224, 224, 1), found 65536",
        refusal(cnn(224), new Sgd(), 65_536));
  }
}
