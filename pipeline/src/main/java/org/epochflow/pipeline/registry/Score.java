package org.epochflow.pipeline.registry;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.epochflow.model.metric.ConfusionMatrix;
import org.epochflow.model.metric.ConfusionMatrix.ClassFigures;
import org.epochflow.model.metric.Quality;
import org.epochflow.pipeline.evaluate.Evaluation;
import org.jspecify.annotations.Nullable;

/**
 * How a version did on a night's test data.
 *
 * @param perClass the share of each class's examples that it gets right
 * @param perClassCounts the counts behind these shares; none in a ledger of an earlier program
 * @param topKAccuracy null where the training asked for none; likewise in a ledger of an earlier
 *     program, also {@code f1}, the macro mean, and {@code ece}, the expected calibration error
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Score(
    int version,
    long examples,
    long correct,
    double accuracy,
    double loss,
    List<Double> perClass,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Count> perClassCounts,
    @JsonProperty("top_k_accuracy") @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable Double topKAccuracy,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double f1,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double ece) {
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

  /**
   * Of an evaluation.
   *
   * @param topK the {@code k} of the top-k accuracy; null where none is asked for
   */
  static Score of(int version, Evaluation evaluation, @Nullable Integer topK) {
    Quality quality = evaluation.quality();
    return of(
        version,
        evaluation.tally().loss(),
        quality.confusion(),
        topK == null ? null : quality.ranking().topK(topK),
        quality.calibration().error());
  }

  static Score of(
      int version,
      double loss,
      ConfusionMatrix confusion,
      @Nullable Double topKAccuracy,
      @Nullable Double ece) {
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
        counts,
        topKAccuracy,
        confusion.macro().f1(),
        ece);
  }
}
