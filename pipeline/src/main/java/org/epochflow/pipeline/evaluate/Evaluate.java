package org.epochflow.pipeline.evaluate;

import java.util.List;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SimpleFunction;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.pipeline.execute.RecordCoder;

/**
 * Evaluates a model's predictions, block by block; {@link Evaluation#merge} adds them up.
 *
 * <pre>{@code
 * PCollection<Evaluation> evaluations = predictions.apply("Evaluate", new Evaluate());
 * }</pre>
 */
public final class Evaluate
    extends PTransform<PCollection<List<Prediction>>, PCollection<Evaluation>> {
  private static final long serialVersionUID = 1L;
  static final RecordCoder<Evaluation> CODER = RecordCoder.of(Evaluation.class);

  @Override
  public PCollection<Evaluation> expand(PCollection<List<Prediction>> blocks) {
    return blocks.apply("EvaluateBlock", MapElements.via(new EvaluateFn())).setCoder(CODER);
  }

  private static final class EvaluateFn extends SimpleFunction<List<Prediction>, Evaluation> {
    private static final long serialVersionUID = 1L;

    @Override
    public Evaluation apply(List<Prediction> block) {
      return Evaluation.of(block.get(0).probabilities().length, block);
    }
  }
}
