package org.epochflow.pipeline.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.epochflow.model.metric.ConfusionMatrix;
import org.epochflow.model.metric.Quality;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.nn.Loss;

/**
 * The result of a model on some examples. Mergeable: parts merged in any order equal the whole.
 *
 * @param wrong the examples it got wrong, by index
 */
public record Evaluation(Tally tally, Quality quality, List<Prediction> wrong) {
  public Evaluation {
    wrong = List.copyOf(wrong);
  }

  /**
   * The evaluation of predictions by a loss, and by the penalties that they have, as Keras's {@code
   * evaluate} adds them.
   */
  public static Evaluation of(Loss loss, int classes, List<Prediction> predictions) {
    Tally tally = Tally.NONE;
    Quality.Counts counts = new Quality.Counts(classes);
    for (Prediction prediction : predictions) {
      float its = loss.of(prediction.probabilities(), 0, classes, prediction.label());
      tally = tally.plus(Tally.of(its, prediction.penalty(), prediction.correct()));
      counts.add(prediction.label(), prediction.predicted(), prediction.probabilities(), 0);
    }
    return new Evaluation(
        tally,
        counts.quality(),
        predictions.stream().filter(prediction -> !prediction.correct()).toList());
  }

  /** All parts together. */
  public static Evaluation merge(int classes, List<Evaluation> parts) {
    Tally tally = Tally.NONE;
    Quality quality = Quality.none(classes);
    List<Prediction> wrong = new ArrayList<>();
    for (Evaluation part : parts) {
      tally = tally.plus(part.tally);
      quality = quality.merge(part.quality);
      wrong.addAll(part.wrong);
    }
    wrong.sort(Comparator.comparingLong(Prediction::index));
    return new Evaluation(tally, quality, wrong);
  }

  /** Which class was taken for which. */
  public ConfusionMatrix confusion() {
    return quality.confusion();
  }
}
