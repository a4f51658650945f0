package org.epochflow.pipeline.evaluate;

import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.pipeline.data.Block;
import org.epochflow.pipeline.store.Outcome;
import org.epochflow.pipeline.store.Storage;

/**
 * An evaluation as a dataflow: {@link Normalize}, {@link OneHot}, {@link Predict}, {@link
 * Evaluate}, with the result in one file.
 *
 * @param model the path of a {@code .keras} file
 * @param preprocessing the one it was trained with
 * @param kernels the name of the arithmetic
 * @param workFolder for the file of the result
 */
public record EvaluateModel(
    String model, Preprocessing preprocessing, int classes, String kernels, String workFolder) {
  /** The transform; its output is the path of the result. */
  public PTransform<PCollection<Block>, PCollection<String>> transform() {
    return new Transform(this);
  }

  /** The result, after the pipeline is done. */
  public Evaluation result() throws IOException {
    Evaluation evaluation = Evaluation.merge(classes, outcome().read());
    Storage.delete(List.of(outcome().path()));
    return evaluation;
  }

  private Outcome<Evaluation> outcome() {
    return new Outcome<>(workFolder + "/evaluation", Evaluate.CODER);
  }

  private static final class Transform extends PTransform<PCollection<Block>, PCollection<String>> {
    private static final long serialVersionUID = 1L;
    private final transient EvaluateModel of;

    Transform(EvaluateModel of) {
      this.of = of;
    }

    @Override
    public PCollection<String> expand(PCollection<Block> blocks) {
      return blocks
          .apply("Normalize", new Normalize(of.preprocessing))
          .apply("OneHot", new OneHot(of.classes))
          .apply("Predict", new Predict(of.model, of.kernels))
          .apply("Evaluate", new Evaluate())
          .apply("WriteEvaluation", of.outcome().write());
    }
  }
}
