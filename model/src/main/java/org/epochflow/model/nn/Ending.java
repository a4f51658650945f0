package org.epochflow.model.nn;

/** What the last layer's outputs are; the network computes the function together with the loss. */
public enum Ending {
  /** Numbers of which softmax makes probabilities, or sigmoid of one the second class's. */
  LOGITS,

  /** Each class's probability. */
  SOFTMAX,

  /** One number: the probability of the second of two classes. */
  SIGMOID
}
