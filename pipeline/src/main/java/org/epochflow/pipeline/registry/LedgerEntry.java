package org.epochflow.pipeline.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.epochflow.model.metric.McNemar;
import org.jspecify.annotations.Nullable;

/**
 * A decision: one line of the ledger. What it has nothing to say of is null, and not in the line.
 *
 * @param sequence the line's number, from 1
 * @param when by the clock of the machine that decided, in UTC
 * @param version the one it is about
 * @param request fingerprints of the data and of the configuration
 * @param drift of the training data from the champion's
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LedgerEntry(
    @JsonProperty(required = true) int sequence,
    @JsonProperty(required = true) String when,
    @JsonProperty(required = true) Decision decision,
    @Nullable Integer version,
    @JsonProperty(required = true) String why,
    @Nullable RetrainingRequest request,
    @Nullable Data data,
    @Nullable Drift drift,
    @Nullable Figures figures) {
  /** How many files and examples there were; validation's are training's. */
  @JsonNaming(SnakeCaseStrategy.class)
  public record Data(int trainFiles, long trainExamples, int testFiles, long testExamples) {}

  /**
   * What the version did on the test data.
   *
   * @param champion what the champion before it did on the same; likewise {@code comparison}
   * @param parametersSha256 of the version's best model
   */
  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Figures(
      Score challenger,
      @Nullable Score champion,
      @Nullable Comparison comparison,
      String parametersSha256) {}

  /**
   * McNemar's test of champion and challenger, for information.
   *
   * @param onlyChampion test examples that the champion alone gets right
   */
  @JsonNaming(SnakeCaseStrategy.class)
  public record Comparison(long onlyChampion, long onlyChallenger, double mcnemar, double pValue) {
    static Comparison of(McNemar test) {
      return new Comparison(test.onlyFirst(), test.onlySecond(), test.statistic(), test.pValue());
    }
  }

  /** A decision without figures, not in its place yet. */
  static LedgerEntry of(Decision decision, @Nullable Integer version, String why) {
    return new LedgerEntry(0, "", decision, version, why, null, null, null, null);
  }

  /** The same in its place. */
  LedgerEntry at(int number, String time) {
    return new LedgerEntry(number, time, decision, version, why, request, data, drift, figures);
  }
}
