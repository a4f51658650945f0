package org.epochflow.pipeline.registry;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import org.epochflow.model.metric.ConfusionMatrix.ClassFigures;
import org.epochflow.pipeline.evaluate.Evaluation;

/**
 * How a version did on a night's test data.
 *
 * @param perClass the share of each class's examples that it gets right
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Score(
    int version, long examples, long correct, double accuracy, double loss, List<Double> perClass) {
  public Score {
    perClass = List.copyOf(perClass);
  }

  static Score of(int version, Evaluation evaluation) {
    return new Score(
        version,
        evaluation.tally().examples(),
        evaluation.tally().correct(),
        evaluation.tally().accuracy(),
        evaluation.tally().loss(),
        evaluation.confusion().perClass().stream().map(ClassFigures::recall).toList());
  }
}
