package org.epochflow.pipeline.train;

import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SimpleFunction;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.data.Block;
import org.epochflow.pipeline.data.PreparedData;

/**
 * Separates validation from training examples, by index alone, in blocks of the training files.
 *
 * <pre>{@code
 * PCollection<Block> validation =
 *     blocks.apply("SplitTrainValidation", SplitTrainValidation.validation(data, config));
 * }</pre>
 */
public final class SplitTrainValidation {
  private SplitTrainValidation() {}

  /** Keeps the records that validate in a training of this configuration. */
  public static PTransform<PCollection<Block>, PCollection<Block>> validation(
      PreparedData data, TrainingConfig config) {
    Worker.DataKey key =
        new Worker.DataKey(data.manifest(), data.dataSet().train().crc(), data.train(), config);
    return new Validation(key);
  }

  private static final class Validation extends PTransform<PCollection<Block>, PCollection<Block>> {
    private static final long serialVersionUID = 1L;
    private final Worker.DataKey key;

    Validation(Worker.DataKey key) {
      this.key = key;
    }

    @Override
    public PCollection<Block> expand(PCollection<Block> blocks) {
      return blocks
          .apply("KeepValidation", MapElements.via(new ValidationFn(key)))
          .setCoder(new Block.Coder());
    }
  }

  private static final class ValidationFn extends SimpleFunction<Block, Block> {
    private static final long serialVersionUID = 1L;
    private final Worker.DataKey key;

    ValidationFn(Worker.DataKey key) {
      this.key = key;
    }

    @Override
    public Block apply(Block block) {
      return Worker.data(key).validating(block);
    }
  }
}
