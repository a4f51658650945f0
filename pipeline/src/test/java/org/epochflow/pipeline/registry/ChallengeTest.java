package org.epochflow.pipeline.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.epochflow.model.metric.McNemar;
import org.epochflow.model.metric.Quality;
import org.epochflow.model.metric.Tally;
import org.epochflow.pipeline.evaluate.Evaluation;
import org.epochflow.pipeline.evaluate.Prediction;
import org.junit.jupiter.api.Test;

/** Tests {@link Challenge}. */
class ChallengeTest {
  @Test
  void onlyExamplesOnWhichOneIsRightCount() {
    assertEquals(
        new McNemar(1, 2), Challenge.compare(wrong(3, 5, 9, 1L << 40), wrong(9, 7, 1L << 40)));
  }

  private static Evaluation wrong(long... indices) {
    List<Prediction> wrong =
        Arrays.stream(indices).mapToObj(i -> new Prediction(i, 0, 1, new float[2])).toList();
    return new Evaluation(Tally.NONE, Quality.none(2), wrong);
  }
}
