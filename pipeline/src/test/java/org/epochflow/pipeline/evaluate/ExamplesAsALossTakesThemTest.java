package org.epochflow.pipeline.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.util.CoderUtils;
import org.epochflow.model.metric.Quality;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.pipeline.data.Block;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Normalize and OneHot give what Preprocessing gives, record by record. */
final class ExamplesAsALossTakesThemTest {
  private static final int VALUES = 5;

  @ParameterizedTest
  @CsvSource({"1, 255", "33, 255", "7, 1", "0, 255"})
  void normalizeEqualsPreprocessingsLoop(int records, float divisor) {
    Block block = block(records, 256);
    Preprocessing preprocessing = new Preprocessing(divisor, null);
    float[] expected = new float[block.pixels().length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = Byte.toUnsignedInt(block.pixels()[i]) / divisor;
    }
    NormalizedBlock found = new Normalize(preprocessing).apply(block);
    assertArrayEquals(expected, found.x());
    assertArrayEquals(block.labels(), found.labels());
    assertArrayEquals(block.indices(), found.indices());
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 3", "33, 4, 4", "33, 4, 9", "33, 256, 256", "6, 1, 256", "0, 4, 4"})
  void oneHotKeepsTheRecordsWithinTheClasses(int records, int classes, int labelsBelow) {
    Block block = block(records, labelsBelow);
    float[] x = new float[records * VALUES];
    Preprocessing.STANDARD.normalize(block.pixels(), 0, x.length, x, 0);
    NormalizedBlock normalized = new NormalizedBlock(block.indices(), block.labels(), x);
    LabelledBlock labelled = new OneHot(classes).apply(normalized);
    int kept = 0;
    for (int i = 0; i < records; i++) {
      int label = Byte.toUnsignedInt(block.labels()[i]);
      if (label >= classes) {
        continue;
      }
      assertEquals(block.indices()[i], labelled.indices()[kept]);
      for (int v = 0; v < VALUES; v++) {
        assertEquals(x[i * VALUES + v], labelled.x()[kept * VALUES + v]);
      }
      for (int c = 0; c < classes; c++) {
        assertEquals(c == label ? 1f : 0f, labelled.y()[kept * classes + c]);
      }
      kept++;
    }
    assertEquals(kept, labelled.indices().length);
    assertEquals(kept * VALUES, labelled.x().length);
    assertEquals(kept * classes, labelled.y().length);
  }

  @Test
  void anEvaluationIsDecodedAsItWasEncoded() throws Exception {
    float[] odd = {Float.NaN, -0f, Float.MIN_VALUE, Float.NEGATIVE_INFINITY};
    Quality.Counts counts = new Quality.Counts(2);
    counts.add(0, 1, new float[] {0.25f, 0.75f}, 0);
    counts.add(1, 1, odd, 0);
    Evaluation evaluation =
        new Evaluation(
            new Tally(2, 1, 3, 4), counts.quality(), List.of(new Prediction(7, 0, 1, odd)));
    Evaluation decoded = CoderUtils.clone(EvaluateModel.CODER, evaluation);
    assertEquals(evaluation.tally(), decoded.tally());
    assertEquals(evaluation.quality(), decoded.quality());
    assertArrayEquals(odd, decoded.wrong().get(0).probabilities());
  }

  private static Block block(int records, int labelsBelow) {
    Random random = new Random(records);
    byte[] labels = new byte[records];
    for (int i = 0; i < records; i++) {
      labels[i] = (byte) random.nextInt(labelsBelow);
    }
    byte[] pixels = new byte[records * VALUES];
    random.nextBytes(pixels);
    return new Block(0, 0, random.longs(records).toArray(), labels, pixels);
  }
}
