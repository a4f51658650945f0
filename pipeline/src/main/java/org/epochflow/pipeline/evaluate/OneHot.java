package org.epochflow.pipeline.evaluate;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.epochflow.model.nn.Preprocessing;

/**
 * Converts labels to one-hot targets. A record whose label is beyond the classes is omitted; it was
 * counted, and allowed, when the data was prepared. Needed before {@link PredictBlocks}.
 */
public record OneHot(int classes) implements SerializableFunction<NormalizedBlock, LabelledBlock> {
  @Override
  public LabelledBlock apply(NormalizedBlock block) {
    byte[] labels = block.labels();
    int[] kept =
        IntStream.range(0, labels.length).filter(i -> (labels[i] & 0xff) < classes).toArray();
    int values = labels.length == 0 ? 0 : block.x().length / labels.length;
    float[] x = kept.length == labels.length ? block.x() : new float[kept.length * values];
    float[] y = new float[kept.length * classes];
    for (int i = 0; i < kept.length; i++) {
      if (kept.length != labels.length) {
        System.arraycopy(block.x(), kept[i] * values, x, i * values, values);
      }
      Preprocessing.oneHot(labels[kept[i]] & 0xff, classes, y, i * classes);
    }
    long[] indices = Arrays.stream(kept).mapToLong(i -> block.indices()[i]).toArray();
    return new LabelledBlock(indices, x, y);
  }
}
