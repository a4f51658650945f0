package org.epochflow.pipeline.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.epochflow.model.metric.Quality;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.train.EpochResult;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.SmallNetworks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** metrics.json has the contract's fields. */
final class MetricsTest {
  private static final Quality QUALITY = quality();
  private static final Tally TALLY = new Tally(4, 3, 2L << 24, 0);

  /** Labels 0, 0, 0, 1, taken for 0, 0, 1, 1 with confidences of 1, 0.75, 0.75 and 0.75. */
  private static Quality quality() {
    Quality.Counts counts = new Quality.Counts(2);
    counts.add(0, 0, new float[] {1, 0}, 0);
    counts.add(0, 0, new float[] {0.75f, 0.25f}, 0);
    counts.add(0, 1, new float[] {0.25f, 0.75f}, 0);
    counts.add(1, 1, new float[] {0.25f, 0.75f}, 0);
    return counts.quality();
  }

  @Test
  void theFieldsAreTheContracts() throws JsonProcessingException {
    TrainingState state = SmallNetworks.begun(SmallNetworks.config(3, new SplitRule(0.2, true)));
    double[] valLosses = {3, 1, 2};
    double[] seconds = {8, 2, 4};
    for (int epoch = 0; epoch < 3; epoch++) {
      state = state.next(epoch(state.model(), valLosses[epoch], seconds[epoch]));
    }
    String json =
        new Metrics("test", TALLY, QUALITY, 1)
            .withParameters(new float[] {1, -0f})
            .withTraining(state, 1000)
            .toJson();
    assertEquals(
        parse(
            """
            {"test_loss": 0.5, "test_accuracy": 0.75, "test_f1": %s, "test_ece": 0.0625,
             "test_top_k_accuracy": 0.75, "top_k": 1, "examples": 4,
             "macro": {"precision": 0.75, "recall": %s, "f1": %s},
             "weighted": {"precision": 0.875, "recall": 0.75, "f1": %s},
             "calibration": [
               {"from": %s, "to": 0.8, "examples": 3, "accuracy": %s, "confidence": 0.75},
               {"from": %s, "to": 1.0, "examples": 1, "accuracy": 1.0, "confidence": 1.0}],
             "per_class": [
               {"precision": 1.0, "recall": %s, "f1": 0.8, "support": 3},
               {"precision": 0.5, "recall": 1.0, "f1": %s, "support": 1}],
             "confusion": [[2, 1], [0, 1]],
             "parameters_sha256":
               "0cd40d287b3669a987311a242f957a55c86c626a988a6f0136e0b627684c9fdb",
             "best_epoch": 2, "stop_reason": "epochs", "epochs": 3, "seconds": 17.0,
             "images_per_second": 250}
            """
                .formatted(
                    (0.8 + 2 / 3.0) / 2,
                    (1 + 2 / 3.0) / 2,
                    (0.8 + 2 / 3.0) / 2,
                    (3 * 0.8 + 2 / 3.0) / 4,
                    11 / 15.0,
                    2 / 3.0,
                    14 / 15.0,
                    2 / 3.0,
                    2 / 3.0)),
        parse(json));
  }

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity"})
  void aLossThatIsNoneIsNaN(float loss) throws JsonProcessingException {
    Metrics metrics = new Metrics("validation", Tally.of(loss, true), QUALITY, null);
    assertEquals("NaN", parse(metrics.toJson()).get("validation_loss").asText());
  }

  @Test
  void anEpochTooShortToMeasureHasNoRate() throws JsonProcessingException {
    TrainingState state = SmallNetworks.begun(SmallNetworks.config(1, new SplitRule(0.2, true)));
    state = state.next(epoch(state.model(), 1, 0));
    String json = new Metrics("test", TALLY, QUALITY, null).withTraining(state, 1000).toJson();
    assertEquals(List.of(), List.copyOf(parse(json).findValues("images_per_second")));
  }

  private static EpochResult epoch(ModelState model, double valLoss, double trainingSeconds) {
    return new EpochResult(
        model,
        Tally.of(1, true),
        Tally.of((float) valLoss, true),
        trainingSeconds,
        trainingSeconds + 1);
  }

  private static JsonNode parse(String json) throws JsonProcessingException {
    return new ObjectMapper().readTree(json);
  }
}
