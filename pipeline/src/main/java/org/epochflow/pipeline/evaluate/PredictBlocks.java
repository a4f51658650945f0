package org.epochflow.pipeline.evaluate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.epochflow.model.nn.Network;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.predict.Classifier;
import org.epochflow.pipeline.data.Block;
import org.epochflow.pipeline.execute.RecordCoder;
import org.epochflow.pipeline.store.ModelFile;
import org.jspecify.annotations.Nullable;

/**
 * Runs a saved model over the examples of a block, in its order. Not thread safe.
 *
 * <pre>{@code
 * SerializableFunction<Block, List<Prediction>> predict =
 *     PredictBlocks.blocks("/runs/1/best_model.keras", Preprocessing.STANDARD, 10, Kernels.auto());
 * PCollection<List<Prediction>> predictions =
 *     pipeline.apply("Predict", IdxIO.read(data.test()).each(predict, PredictBlocks.CODER));
 * }</pre>
 */
public final class PredictBlocks implements SerializableFunction<LabelledBlock, List<Prediction>> {
  private static final long serialVersionUID = 1L;

  /** How the predictions of a block travel. */
  public static final ListCoder<Prediction> CODER = ListCoder.of(RecordCoder.of(Prediction.class));

  private static final String EXAMPLES = "examples";
  private final String model;
  private final String kernels;
  private final Counter examples = Metrics.counter(PredictBlocks.class, EXAMPLES);
  private transient @Nullable Classifier classifier;

  /**
   * @param model the path of a {@code .keras} file, which every worker reads
   * @param kernels the name of the arithmetic
   */
  public PredictBlocks(String model, String kernels) {
    this.model = model;
    this.kernels = kernels;
  }

  /** {@link Normalize}, {@link OneHot} and this, of a block as it is read. */
  public static SerializableFunction<Block, List<Prediction>> blocks(
      String model, Preprocessing preprocessing, int classes, String kernels) {
    Normalize normalize = new Normalize(preprocessing);
    OneHot oneHot = new OneHot(classes);
    PredictBlocks predict = new PredictBlocks(model, kernels);
    return block -> predict.apply(oneHot.apply(normalize.apply(block)));
  }

  /** What the workers count: examples. */
  public static MetricNameFilter examplesMetric() {
    return MetricNameFilter.named(PredictBlocks.class, EXAMPLES);
  }

  @Override
  public List<Prediction> apply(LabelledBlock block) {
    if (block.indices().length == 0) {
      return List.of();
    }
    List<Prediction> predictions = predict(block, classifier());
    examples.inc(predictions.size());
    return predictions;
  }

  private Classifier classifier() {
    if (classifier == null) {
      try {
        classifier = classifier(model, kernels);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return classifier;
  }

  /** Loads a model from any of Beam's file systems. */
  private static Classifier classifier(String model, String kernels) throws IOException {
    return Classifier.of(ModelFile.read(model), kernels);
  }

  private static List<Prediction> predict(LabelledBlock block, Classifier classifier) {
    int examples = block.indices().length;
    int classes = block.y().length / examples;
    double[] penalties = new double[examples];
    float[] probabilities = classifier.probabilities(block.x(), examples, penalties);
    List<Prediction> predictions = new ArrayList<>(examples);
    for (int i = 0; i < examples; i++) {
      int from = i * classes;
      predictions.add(
          new Prediction(
              block.indices()[i],
              Network.largest(block.y(), from, classes),
              Network.largest(probabilities, from, classes),
              Arrays.copyOfRange(probabilities, from, from + classes),
              penalties[i]));
    }
    return predictions;
  }
}
