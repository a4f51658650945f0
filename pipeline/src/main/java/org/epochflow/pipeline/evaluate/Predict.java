package org.epochflow.pipeline.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.nn.Network;
import org.epochflow.model.predict.Classifier;
import org.epochflow.pipeline.execute.RecordCoder;
import org.epochflow.pipeline.store.ModelFile;
import org.jspecify.annotations.Nullable;

/**
 * Runs a saved model over examples; an element is the predictions of a block, in its order.
 *
 * <pre>{@code
 * PCollection<List<Prediction>> predictions =
 *     blocks
 *         .apply("Normalize", new Normalize(Preprocessing.STANDARD))
 *         .apply("OneHot", new OneHot(10))
 *         .apply("Predict", new Predict("/runs/1/best_model.keras", Kernels.auto()));
 * }</pre>
 */
public final class Predict
    extends PTransform<PCollection<LabelledBlock>, PCollection<List<Prediction>>> {
  private static final long serialVersionUID = 1L;

  /** How the predictions of a block travel. */
  public static final ListCoder<Prediction> CODER = ListCoder.of(RecordCoder.of(Prediction.class));

  private static final String EXAMPLES = "examples";
  private final PredictFn predict;

  /**
   * @param model the path of a {@code .keras} file, which every worker reads
   * @param kernels the name of the arithmetic
   */
  public Predict(String model, String kernels) {
    predict = new PredictFn(model, kernels);
  }

  /** What the workers count: examples. */
  public static MetricNameFilter examplesMetric() {
    return MetricNameFilter.named(Predict.class, EXAMPLES);
  }

  @Override
  public PCollection<List<Prediction>> expand(PCollection<LabelledBlock> blocks) {
    return blocks.apply("PredictBlock", ParDo.of(predict)).setCoder(CODER);
  }

  private static final class PredictFn extends DoFn<LabelledBlock, List<Prediction>> {
    private static final long serialVersionUID = 1L;
    private final String model;
    private final String kernels;
    private final Counter examples = Metrics.counter(Predict.class, EXAMPLES);
    private transient @Nullable Classifier classifier;

    PredictFn(String model, String kernels) {
      this.model = model;
      this.kernels = kernels;
    }

    @ProcessElement
    public void process(@Element LabelledBlock block, OutputReceiver<List<Prediction>> out)
        throws IOException {
      if (block.indices().length > 0) {
        out.output(predict(block, classifier()));
        examples.inc(block.indices().length);
      }
    }

    private Classifier classifier() throws IOException {
      if (classifier == null) {
        classifier = Predict.classifier(model, kernels);
      }
      return classifier;
    }
  }

  /** Loads a model from any of Beam's file systems. */
  static Classifier classifier(String model, String kernels) throws IOException {
    return Classifier.of(ModelFile.read(model), kernels);
  }

  private static List<Prediction> predict(LabelledBlock block, Classifier classifier) {
    int examples = block.indices().length;
    int classes = block.y().length / examples;
    float[] probabilities = classifier.probabilities(block.x(), examples);
    List<Prediction> predictions = new ArrayList<>(examples);
    for (int i = 0; i < examples; i++) {
      int from = i * classes;
      predictions.add(
          new Prediction(
              block.indices()[i],
              Network.largest(block.y(), from, classes),
              Network.largest(probabilities, from, classes),
              Arrays.copyOfRange(probabilities, from, from + classes)));
    }
    return predictions;
  }
}
