package org.epochflow.pipeline.train;

import org.apache.beam.sdk.transforms.SerializableFunction;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.data.Block;
import org.epochflow.pipeline.data.PreparedData;

/**
 * Separates validation from training examples, by index alone, in blocks of the training files.
 *
 * <pre>{@code
 * PCollection<Block> validation =
 *     pipeline.apply(
 *         "ReadValidation",
 *         IdxIO.read(data.train())
 *             .each(SplitTrainValidation.validation(data, config), new Block.Coder()));
 * }</pre>
 */
public final class SplitTrainValidation {
  private SplitTrainValidation() {}

  /** Keeps the records of a block that validate in a training of this configuration. */
  public static SerializableFunction<Block, Block> validation(
      PreparedData data, TrainingConfig config) {
    Worker.DataKey key =
        new Worker.DataKey(data.manifest(), data.dataSet().train().crc(), data.train(), config);
    return block -> Worker.data(key).validating(block);
  }
}
