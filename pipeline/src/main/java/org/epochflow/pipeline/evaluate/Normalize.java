package org.epochflow.pipeline.evaluate;

import org.apache.beam.sdk.transforms.SerializableFunction;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.pipeline.data.Block;

/**
 * Converts pixels to inputs of a network, by the {@link Preprocessing} that the model was trained
 * with. Needed before {@link PredictBlocks}.
 */
public record Normalize(Preprocessing preprocessing)
    implements SerializableFunction<Block, NormalizedBlock> {
  @Override
  public NormalizedBlock apply(Block block) {
    float[] x = new float[block.pixels().length];
    preprocessing.normalize(block.pixels(), 0, x.length, x, 0);
    return new NormalizedBlock(block.indices(), block.labels(), x);
  }
}
