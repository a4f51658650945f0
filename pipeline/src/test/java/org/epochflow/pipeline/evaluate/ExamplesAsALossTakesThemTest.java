package org.epochflow.pipeline.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.util.CoderUtils;
import org.epochflow.model.metric.ConfusionMatrix;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.pipeline.Direct;
import org.epochflow.pipeline.data.Block;
import org.epochflow.pipeline.execute.RecordCoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Normalize and OneHot give what Preprocessing gives, record by record. */
final class ExamplesAsALossTakesThemTest {
  private static final RecordCoder<NormalizedBlock> NORMALIZED =
      RecordCoder.of(NormalizedBlock.class);
  private static final RecordCoder<LabelledBlock> LABELLED = RecordCoder.of(LabelledBlock.class);
  private static final int VALUES = 5;
  private final Path folder;

  ExamplesAsALossTakesThemTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @CsvSource({"1, 255", "33, 255", "7, 1", "0, 255"})
  void normalizeEqualsPreprocessingsLoop(int records, float divisor) throws IOException {
    Block block = block(records, 256);
    Preprocessing preprocessing = new Preprocessing(divisor, null);
    float[] expected = new float[block.pixels().length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = Byte.toUnsignedInt(block.pixels()[i]) / divisor;
    }
    List<NormalizedBlock> found =
        Direct.elements(
            folder,
            NORMALIZED,
            pipeline ->
                pipeline
                    .apply(Create.of(block).withCoder(new Block.Coder()))
                    .apply(new Normalize(preprocessing)));
    assertEquals(1, found.size());
    assertArrayEquals(expected, found.get(0).x());
    assertArrayEquals(block.labels(), found.get(0).labels());
    assertArrayEquals(block.indices(), found.get(0).indices());
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 3", "33, 4, 4", "33, 4, 9", "33, 256, 256", "6, 1, 256", "0, 4, 4"})
  void oneHotKeepsTheRecordsWithinTheClasses(int records, int classes, int labelsBelow)
      throws IOException {
    Block block = block(records, labelsBelow);
    float[] x = new float[records * VALUES];
    Preprocessing.STANDARD.normalize(block.pixels(), 0, x.length, x, 0);
    NormalizedBlock normalized = new NormalizedBlock(block.indices(), block.labels(), x);
    List<LabelledBlock> found =
        Direct.elements(
            folder,
            LABELLED,
            pipeline ->
                pipeline
                    .apply(Create.of(normalized).withCoder(NORMALIZED))
                    .apply(new OneHot(classes)));
    assertEquals(1, found.size());
    LabelledBlock labelled = found.get(0);
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
  void theRecordsOfAnEvaluationAreDecodedAsTheyWereEncoded() throws Exception {
    float[] odd = {Float.NaN, -0f, Float.MIN_VALUE, Float.NEGATIVE_INFINITY};
    NormalizedBlock normalized = new NormalizedBlock(new long[] {1, -1}, new byte[] {2, -2}, odd);
    NormalizedBlock same = CoderUtils.clone(NORMALIZED, normalized);
    assertArrayEquals(odd, same.x());
    assertArrayEquals(normalized.labels(), same.labels());
    assertArrayEquals(normalized.indices(), same.indices());
    LabelledBlock labelled = new LabelledBlock(new long[] {1L << 40}, odd, new float[] {0, 1});
    LabelledBlock alike = CoderUtils.clone(LABELLED, labelled);
    assertArrayEquals(odd, alike.x());
    assertArrayEquals(labelled.y(), alike.y());
    assertArrayEquals(labelled.indices(), alike.indices());
    Evaluation evaluation =
        new Evaluation(
            new Tally(2, 1, 3, 4),
            ConfusionMatrix.of(2, new int[] {0, 1}, new int[] {1, 1}),
            List.of(new Prediction(7, 0, 1, odd)));
    Evaluation decoded = CoderUtils.clone(Evaluate.CODER, evaluation);
    assertEquals(evaluation.tally(), decoded.tally());
    assertEquals(evaluation.confusion(), decoded.confusion());
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
