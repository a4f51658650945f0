package org.epochflow.pipeline.evaluate;

import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.nn.Loss;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.pipeline.data.Block;
import org.epochflow.pipeline.data.IdxIO;
import org.epochflow.pipeline.execute.RecordCoder;
import org.epochflow.pipeline.store.Outcome;
import org.epochflow.pipeline.store.Storage;

/**
 * An evaluation as a dataflow: {@link PredictBlocks}, then the figures of each block as it is read,
 * with the result in one file.
 *
 * @param model the path of a {@code .keras} file
 * @param preprocessing the one it was trained with
 * @param kernels the name of the arithmetic
 * @param workFolder for the file of the result
 */
public record EvaluateModel(
    String model,
    Preprocessing preprocessing,
    Loss loss,
    int classes,
    String kernels,
    String workFolder) {
  static final RecordCoder<Evaluation> CODER = RecordCoder.of(Evaluation.class);

  /**
   * The transform; its output is the path of the result.
   *
   * @param part what is evaluated of each block
   */
  public PTransform<PBegin, PCollection<String>> transform(
      IdxIO.Read blocks, SerializableFunction<Block, Block> part) {
    return new Transform(this, blocks, part);
  }

  /** The result, after the pipeline is done. */
  public Evaluation result() throws IOException {
    Evaluation evaluation = Evaluation.merge(classes, outcome().read());
    Storage.delete(List.of(outcome().path()));
    return evaluation;
  }

  private Outcome<Evaluation> outcome() {
    return new Outcome<>(workFolder + "/evaluation", CODER);
  }

  private static final class Transform extends PTransform<PBegin, PCollection<String>> {
    private static final long serialVersionUID = 1L;
    private final transient EvaluateModel of;
    private final transient IdxIO.Read blocks;
    private final transient SerializableFunction<Block, Block> part;

    Transform(EvaluateModel of, IdxIO.Read blocks, SerializableFunction<Block, Block> part) {
      this.of = of;
      this.blocks = blocks;
      this.part = part;
    }

    @Override
    public PCollection<String> expand(PBegin begin) {
      return begin
          .apply("Evaluate", blocks.each(evaluated(of, part), CODER))
          .apply("WriteEvaluation", of.outcome().write());
    }
  }

  private static SerializableFunction<Block, Evaluation> evaluated(
      EvaluateModel of, SerializableFunction<Block, Block> part) {
    int classes = of.classes;
    SerializableFunction<Block, List<Prediction>> predict =
        PredictBlocks.blocks(of.model, of.preprocessing, classes, of.kernels);
    Loss loss = of.loss;
    return block -> Evaluation.of(loss, classes, predict.apply(part.apply(block)));
  }
}
