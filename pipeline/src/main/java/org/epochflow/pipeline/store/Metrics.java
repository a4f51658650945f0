package org.epochflow.pipeline.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.metric.Calibration;
import org.epochflow.model.metric.ConfusionMatrix;
import org.epochflow.model.metric.Quality;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.TrainingState;
import org.jspecify.annotations.Nullable;

/** The figures of an evaluation, and of the training before it, as {@code metrics.json}. */
public final class Metrics {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final ObjectNode tree = JSON.createObjectNode();

  /**
   * The figures of a model on some examples, named {@code test_loss} for the part {@code test}.
   * {@code test_f1} is the macro mean, {@code test_ece} the expected calibration error.
   *
   * @param topK the {@code k} of {@code test_top_k_accuracy}; null where it is not asked for
   */
  public Metrics(String part, Tally tally, Quality quality, @Nullable Integer topK) {
    ConfusionMatrix confusion = quality.confusion();
    tree.put(part + "_loss", tally.loss());
    tree.put(part + "_accuracy", tally.accuracy());
    tree.put(part + "_f1", confusion.macro().f1());
    tree.put(part + "_ece", quality.calibration().error());
    if (topK != null) {
      tree.put(part + "_top_k_accuracy", quality.ranking().topK(topK));
      tree.put("top_k", topK);
    }
    tree.put("examples", tally.examples());
    means("macro", confusion.macro());
    means("weighted", confusion.weighted());
    ArrayNode bins = tree.putArray("calibration");
    for (Calibration.Bin bin : quality.calibration().bins()) {
      bins.addObject()
          .put("from", bin.from())
          .put("to", bin.to())
          .put("examples", bin.examples())
          .put("accuracy", bin.accuracy())
          .put("confidence", bin.confidence());
    }
    ArrayNode perClass = tree.putArray("per_class");
    for (ConfusionMatrix.ClassFigures figures : confusion.perClass()) {
      perClass
          .addObject()
          .put("precision", figures.precision())
          .put("recall", figures.recall())
          .put("f1", figures.f1())
          .put("support", figures.support());
    }
    ArrayNode rows = tree.putArray("confusion");
    for (int label = 0; label < confusion.classes(); label++) {
      ArrayNode row = rows.addArray();
      for (int predicted = 0; predicted < confusion.classes(); predicted++) {
        row.add(confusion.count(label, predicted));
      }
    }
  }

  private void means(String name, ConfusionMatrix.Means means) {
    tree.putObject(name)
        .put("precision", means.precision())
        .put("recall", means.recall())
        .put("f1", means.f1());
  }

  /** The part that the figures describe: {@code test} or {@code validation}. */
  public static String part(JsonNode metrics) {
    return metrics.has("test_loss") ? "test" : "validation";
  }

  /** The confusion matrix of figures that {@link #toJson} wrote. */
  public static ConfusionMatrix confusion(JsonNode metrics) {
    JsonNode rows = metrics.required("confusion");
    long[] counts = new long[rows.size() * rows.size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = rows.required(i / rows.size()).required(i % rows.size()).asLong();
    }
    return new ConfusionMatrix(rows.size(), counts);
  }

  /** Adds the hash of the parameters that were evaluated. */
  public Metrics withParameters(float[] parameters) {
    tree.put("parameters_sha256", ParametersHash.sha256(parameters));
    return this;
  }

  /**
   * Adds the results of the training. Epochs are counted from 1, as on the terminal and in the
   * names of checkpoints, so that {@code epochs - best_epoch} counts the epochs without
   * improvement.
   *
   * <p>The rate is omitted if no time was measured, because a worker's clock may be slow.
   *
   * @param trainExamples of one epoch
   */
  public Metrics withTraining(TrainingState state, long trainExamples) {
    tree.put("best_epoch", state.bestEpoch() + 1);
    state
        .stopReason()
        .ifPresent(reason -> tree.put("stop_reason", reason.name().toLowerCase(Locale.ROOT)));
    tree.put("epochs", state.epoch());
    tree.put("seconds", state.history().stream().mapToDouble(EpochRow::seconds).sum());
    double seconds = medianTrainingSeconds(state);
    if (seconds > 0) {
      tree.put("images_per_second", Math.round(trainExamples / seconds));
    }
    return this;
  }

  /** Adds a figure of several trainings: each, their mean, and the sample's standard deviation. */
  public Metrics withMean(String name, List<Double> values) {
    double mean = values.stream().mapToDouble(Double::doubleValue).sum() / values.size();
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    tree.put(name + "_mean", mean);
    tree.put(name + "_std", Math.sqrt(squares / (values.size() - 1)));
    tree.set(name + "_per_fold", JSON.valueToTree(values));
    return this;
  }

  private static double medianTrainingSeconds(TrainingState state) {
    List<Double> sorted = state.history().stream().map(EpochRow::trainingSeconds).sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Pretty printed. */
  public String toJson() {
    return tree.toPrettyString() + "\n";
  }
}
