package org.epochflow.pipeline.evaluate;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.pipeline.execute.RecordCoder;

/**
 * Converts labels to one-hot targets. A record whose label is beyond the classes is omitted; it was
 * counted, and allowed, when the data was prepared. Needed before {@link Predict}.
 */
public final class OneHot
    extends PTransform<PCollection<NormalizedBlock>, PCollection<LabelledBlock>> {
  private static final long serialVersionUID = 1L;
  private final int classes;

  public OneHot(int classes) {
    this.classes = classes;
  }

  @Override
  public PCollection<LabelledBlock> expand(PCollection<NormalizedBlock> blocks) {
    return blocks
        .apply("OneHotBlock", ParDo.of(new OneHotFn(classes)))
        .setCoder(RecordCoder.of(LabelledBlock.class));
  }

  private static final class OneHotFn extends DoFn<NormalizedBlock, LabelledBlock> {
    private static final long serialVersionUID = 1L;
    private final int classes;

    OneHotFn(int classes) {
      this.classes = classes;
    }

    @ProcessElement
    public void process(@Element NormalizedBlock block, OutputReceiver<LabelledBlock> out) {
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
      out.output(new LabelledBlock(indices, x, y));
    }
  }
}
