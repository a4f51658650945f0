package org.epochflow.model.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.epochflow.model.Golden;
import org.epochflow.model.metric.ConfusionMatrix.Means;
import org.epochflow.model.nn.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Figures of scikit-learn and Keras, and the laws of merging. */
class QualityTest {
  private static final double DOUBLE_ERROR = 1e-12;
  private static final double FLOAT_ERROR = 1e-6;

  static Stream<Arguments> cases() throws IOException {
    return StreamSupport.stream(Golden.read("metrics.json").get("cases").spliterator(), false)
        .map(its -> Arguments.of(its.get("name").asText(), its));
  }

  private static Quality quality(JsonNode its) {
    int[] labels = Golden.ints(its.get("labels"));
    float[] probabilities = Golden.floats(its.get("probabilities"));
    int classes = probabilities.length / labels.length;
    Quality.Counts counts = new Quality.Counts(classes);
    for (int i = 0; i < labels.length; i++) {
      int predicted = Network.largest(probabilities, i * classes, classes);
      counts.add(labels[i], predicted, probabilities, i * classes);
    }
    return counts.quality();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void meansOverTheClassesAreScikitLearns(String name, JsonNode its) {
    ConfusionMatrix confusion = quality(its).confusion();
    assertMeans(its.get("macro"), confusion.macro());
    assertMeans(its.get("weighted"), confusion.weighted());
  }

  private static void assertMeans(JsonNode expected, Means found) {
    assertEquals(expected.get("precision").asDouble(), found.precision(), DOUBLE_ERROR);
    assertEquals(expected.get("recall").asDouble(), found.recall(), DOUBLE_ERROR);
    assertEquals(expected.get("f1").asDouble(), found.f1(), DOUBLE_ERROR);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void topKAccuracyIsKerass(String name, JsonNode its) {
    Ranking ranking = quality(its).ranking();
    for (int k = 1; k <= its.get("top_k").size(); k++) {
      assertEquals(its.get("top_k").get(k - 1).asDouble(), ranking.topK(k), FLOAT_ERROR, "k " + k);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void calibrationErrorFollowsItsDefinition(String name, JsonNode its) {
    assertEquals(its.get("ece").asDouble(), quality(its).calibration().error(), FLOAT_ERROR);
  }

  @Test
  void mergedShardsEqualTheWholeInAnyOrder() {
    Random random = new Random(5);
    Quality.Counts all = new Quality.Counts(4);
    List<Quality> shards = new ArrayList<>();
    for (int shard = 0; shard < 7; shard++) {
      Quality.Counts some = new Quality.Counts(4);
      for (int i = random.nextInt(50); i >= 0; i--) {
        float[] p = {
          random.nextFloat(), random.nextFloat(), random.nextFloat(), random.nextFloat()
        };
        int label = random.nextInt(4);
        int predicted = Network.largest(p, 0, 4);
        all.add(label, predicted, p, 0);
        some.add(label, predicted, p, 0);
      }
      shards.add(some.quality());
    }
    for (int trial = 0; trial < 5; trial++) {
      Collections.shuffle(shards, random);
      Quality left = shards.stream().reduce(Quality.none(4), Quality::merge);
      Quality right =
          shards.subList(0, 3).stream()
              .reduce(shards.get(3), Quality::merge)
              .merge(shards.subList(4, 7).stream().reduce(Quality.none(4), Quality::merge));
      assertEquals(all.quality(), left);
      assertEquals(all.quality(), right);
      assertEquals(all.quality().hashCode(), left.hashCode());
    }
  }

  @Test
  void aBinEndsWithItsUpperBound() {
    assertEquals(0, Calibration.bin(0));
    assertEquals(0, Calibration.bin(Float.MIN_VALUE));
    assertEquals(6, Calibration.bin(7 / 15f - 1e-6f));
    assertEquals(7, Calibration.bin(0.5f));
    assertEquals(14, Calibration.bin(1));
    assertEquals(0, Calibration.bin(Float.NaN));
    Quality.Counts counts = new Quality.Counts(2);
    counts.add(0, 0, new float[] {0.5f, 0.5f}, 0);
    counts.add(0, 1, new float[] {0.46875f, 0.53125f}, 0);
    assertEquals(
        List.of(new Calibration.Bin(7 / 15.0, 8 / 15.0, 2, 0.5, 0.515625)),
        counts.quality().calibration().bins());
  }

  @Test
  void equallyProbableClassesAreAmongTheTopAllOrNone() {
    Quality.Counts counts = new Quality.Counts(4);
    counts.add(2, 0, new float[] {0.5f, 0.25f, 0.25f, 0}, 0);
    Ranking ranking = counts.quality().ranking();
    assertEquals(0, ranking.topK(1));
    assertEquals(1, ranking.topK(2));
  }

  @Test
  void aProbabilityThatIsNoNumberIsNeverAmongTheTop() {
    Quality.Counts counts = new Quality.Counts(2);
    counts.add(1, 0, new float[] {Float.NaN, Float.NaN}, 0);
    Quality lost = counts.quality();
    assertEquals(0, lost.ranking().topK(2));
    assertEquals(0, lost.calibration().error());
  }

  @Test
  void noExamplesHaveNoFigures() {
    Quality none = Quality.none(3);
    assertTrue(Double.isNaN(none.confusion().macro().f1()));
    assertTrue(Double.isNaN(none.confusion().weighted().f1()));
    assertTrue(Double.isNaN(none.ranking().topK(1)));
    assertTrue(Double.isNaN(none.calibration().error()));
    assertEquals(List.of(), none.calibration().bins());
  }

  @Test
  void partsOfOtherClassesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Quality.none(3).merge(Quality.none(4)));
    assertThrows(IllegalArgumentException.class, () -> Ranking.none(3).merge(Ranking.none(4)));
    assertThrows(IllegalArgumentException.class, () -> new Ranking(new long[1]));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Calibration(new long[3], new long[15], new long[15]));
  }

  @Test
  void aValidationHasAQualityIfOneOfItsPartsHas() {
    Validation tally = Validation.of(Tally.of(1, true));
    Validation more = new Validation(Tally.of(2, false), List.of(Quality.none(2)));
    assertTrue(tally.plus(tally).quality().isEmpty());
    assertEquals(Quality.none(2), more.plus(Validation.NONE).plus(more).quality().orElseThrow());
    assertEquals(2, tally.plus(more).tally().examples());
  }
}
