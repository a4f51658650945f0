package org.epochflow.pipeline.registry;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.epochflow.model.metric.ConfusionMatrix;
import org.epochflow.model.metric.ConfusionMatrix.ClassFigures;
import org.epochflow.pipeline.evaluate.Evaluation;

/**
 * How a version did on a night's test data.
 *
 * @param perClass the share of each class's examples that it gets right
 * @param perClassCounts the counts behind these shares; none in a ledger of an earlier program
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Score(
    int version,
    long examples,
    long correct,
    double accuracy,
    double loss,
    List<Double> perClass,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Count> perClassCounts) {
  /** How many of the examples of a class it gets right. */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  @JsonPropertyOrder({"correct", "examples"})
  public record Count(long correct, long examples) {
    double share() {
      return examples == 0 ? 0 : (double) correct / examples;
    }
  }

  public Score {
    perClass = List.copyOf(perClass);
    perClassCounts = List.copyOf(Objects.requireNonNullElse(perClassCounts, List.of()));
  }

  static Score of(int version, Evaluation evaluation) {
    return of(version, evaluation.tally().loss(), evaluation.confusion());
  }

  static Score of(int version, double loss, ConfusionMatrix confusion) {
    List<ClassFigures> figures = confusion.perClass();
    List<Count> counts =
        IntStream.range(0, confusion.classes())
            .mapToObj(c -> new Count(confusion.count(c, c), figures.get(c).support()))
            .toList();
    return new Score(
        version,
        confusion.examples(),
        counts.stream().mapToLong(Count::correct).sum(),
        confusion.accuracy(),
        loss,
        counts.stream().map(Count::share).toList(),
        counts);
  }
}
