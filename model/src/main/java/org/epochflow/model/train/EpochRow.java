package org.epochflow.model.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.OptBoolean;
import org.epochflow.model.metric.Quality;
import org.jspecify.annotations.Nullable;

/**
 * An epoch in the history.
 *
 * @param epoch from 0, as in Keras's CSVLogger
 * @param accuracy of the minibatches as they were trained, weights moving and dropout on; so is
 *     {@code loss}
 * @param valAccuracy of the validation examples under the epoch's final weights; so is {@code
 *     valLoss}
 * @param learningRate the epoch ended at
 * @param trainingSeconds from the start of the epoch to its averaged parameters; not reproducible
 * @param seconds of the whole epoch, validation included; not reproducible
 * @param valTopKAccuracy the share of the validation examples whose label is among the {@code k}
 *     most probable classes; null where it was not asked for
 * @param valF1 the macro mean of the classes' f1 in validation; null where no {@link Quality} was
 *     asked for; likewise {@code valEce}, the expected calibration error
 */
public record EpochRow(
    int epoch,
    double accuracy,
    double loss,
    double valAccuracy,
    double valLoss,
    double learningRate,
    double trainingSeconds,
    double seconds,
    @JsonProperty(isRequired = OptBoolean.FALSE) @JsonInclude(Include.NON_NULL)
        @Nullable Double valTopKAccuracy,
    @JsonProperty(isRequired = OptBoolean.FALSE) @JsonInclude(Include.NON_NULL)
        @Nullable Double valF1,
    @JsonProperty(isRequired = OptBoolean.FALSE) @JsonInclude(Include.NON_NULL)
        @Nullable Double valEce) {
  /** An epoch of which no {@link Quality} was asked for. */
  public EpochRow(
      int epoch,
      double accuracy,
      double loss,
      double valAccuracy,
      double valLoss,
      double learningRate,
      double trainingSeconds,
      double seconds) {
    this(
        epoch,
        accuracy,
        loss,
        valAccuracy,
        valLoss,
        learningRate,
        trainingSeconds,
        seconds,
        null,
        null,
        null);
  }

  /** The same with the figures of a {@link Quality} of the validation examples. */
  EpochRow with(Quality quality, @Nullable Integer topK) {
    return new EpochRow(
        epoch,
        accuracy,
        loss,
        valAccuracy,
        valLoss,
        learningRate,
        trainingSeconds,
        seconds,
        topK == null ? null : quality.ranking().topK(topK),
        quality.confusion().macro().f1(),
        quality.calibration().error());
  }

  /** Whether its losses are numbers; where one is not, the weights are lost. */
  public boolean isFinite() {
    return Double.isFinite(loss) && Double.isFinite(valLoss);
  }
}
