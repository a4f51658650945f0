package org.epochflow.model.train;

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
 */
public record EpochRow(
    int epoch,
    double accuracy,
    double loss,
    double valAccuracy,
    double valLoss,
    double learningRate,
    double trainingSeconds,
    double seconds) {
  /** Whether its losses are numbers; where one is not, the weights are lost. */
  public boolean isFinite() {
    return Double.isFinite(loss) && Double.isFinite(valLoss);
  }
}
