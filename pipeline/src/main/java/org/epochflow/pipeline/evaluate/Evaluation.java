package org.epochflow.pipeline.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.epochflow.model.metric.ConfusionMatrix;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.nn.Loss;

/**
 * The result of a model on some examples. Mergeable: parts merged in any order equal the whole.
 *
 * @param wrong the examples it got wrong, by index
 */
public record Evaluation(Tally tally, ConfusionMatrix confusion, List<Prediction> wrong) {
  public Evaluation {
    wrong = List.copyOf(wrong);
  }

  /** The evaluation of predictions by a loss. */
  public static Evaluation of(Loss loss, int classes, List<Prediction> predictions) {
    Tally tally = Tally.NONE;
    for (Prediction prediction : predictions) {
      float its = loss.of(prediction.probabilities(), 0, classes, prediction.label());
      tally = tally.plus(Tally.of(its, prediction.correct()));
    }
    return new Evaluation(
        tally,
        ConfusionMatrix.of(
            classes,
            predictions.stream().mapToInt(Prediction::label).toArray(),
            predictions.stream().mapToInt(Prediction::predicted).toArray()),
        predictions.stream().filter(prediction -> !prediction.correct()).toList());
  }

  /** All parts together. */
  public static Evaluation merge(int classes, List<Evaluation> parts) {
    Tally tally = Tally.NONE;
    ConfusionMatrix confusion = ConfusionMatrix.empty(classes);
    List<Prediction> wrong = new ArrayList<>();
    for (Evaluation part : parts) {
      tally = tally.plus(part.tally);
      confusion = confusion.merge(part.confusion);
      wrong.addAll(part.wrong);
    }
    wrong.sort(Comparator.comparingLong(Prediction::index));
    return new Evaluation(tally, confusion, wrong);
  }
}
