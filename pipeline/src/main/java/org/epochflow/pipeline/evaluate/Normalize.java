package org.epochflow.pipeline.evaluate;

import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.pipeline.data.Block;
import org.epochflow.pipeline.execute.RecordCoder;

/**
 * Converts pixels to inputs of a network, by the {@link Preprocessing} that the model was trained
 * with. Needed before {@link Predict}.
 */
public final class Normalize extends PTransform<PCollection<Block>, PCollection<NormalizedBlock>> {
  private static final long serialVersionUID = 1L;
  private final Preprocessing preprocessing;

  public Normalize(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
  }

  @Override
  public PCollection<NormalizedBlock> expand(PCollection<Block> blocks) {
    return blocks
        .apply("NormalizeBlock", ParDo.of(new NormalizeFn(preprocessing)))
        .setCoder(RecordCoder.of(NormalizedBlock.class));
  }

  private static final class NormalizeFn extends DoFn<Block, NormalizedBlock> {
    private static final long serialVersionUID = 1L;
    private final Preprocessing preprocessing;

    NormalizeFn(Preprocessing preprocessing) {
      this.preprocessing = preprocessing;
    }

    @ProcessElement
    public void process(@Element Block block, OutputReceiver<NormalizedBlock> out) {
      float[] x = new float[block.pixels().length];
      preprocessing.normalize(block.pixels(), 0, x.length, x, 0);
      out.output(new NormalizedBlock(block.indices(), block.labels(), x));
    }
  }
}
