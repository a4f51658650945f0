package org.epochflow.model.train;

/** Why training ended. */
public enum StopReason {
  /** The limit of epochs is reached. */
  EPOCHS,
  /** The monitor has not improved for as many epochs as patience allows. */
  PATIENCE,
  /** A loss was NaN or infinite: the weights are lost, the best model is kept. */
  NOT_FINITE;
}
