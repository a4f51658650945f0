package org.epochflow.model.random;

/** What a random number is for: numbers of different purposes are independent of each other. */
public enum Purpose {
  /** Which examples validate. */
  SPLIT(1),
  /** The first weights, by variable and parameter. */
  INITIALIZE(2),
  /** The order in which an epoch deals its blocks. */
  DEAL(3),
  /** The order in which a replica takes its examples. */
  SHUFFLE(4),
  /** Which values a dropout layer keeps, by layer, example and value. */
  DROPOUT(5),
  /** Which values a tuning tries, by trial and option. */
  TUNE(6),
  /** Which examples are shown of a data set. */
  SHOW(7);

  /** Stands in every key, so it never changes. */
  final int code;

  Purpose(int code) {
    this.code = code;
  }
}
