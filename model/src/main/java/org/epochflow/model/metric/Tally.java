package org.epochflow.model.metric;

/**
 * The results of a set of examples: how many, how many correct, and the sum of their losses.
 *
 * <p>Losses are summed in fixed point, so that any grouping of the same examples gives the same
 * bits. The unit is 2<sup>-24</sup>; the largest cross-entropy of an example's probabilities is
 * 16.118, so 2<sup>34</sup> examples fit; of those with the largest penalty 2<sup>18</sup> do.
 *
 * @param nonFinite the number of examples whose loss was NaN or infinite; no sum includes them
 */
public record Tally(long examples, long correct, long lossUnits, long nonFinite) {
  public static final Tally NONE = new Tally(0, 0, 0, 0);
  private static final double UNITS = 1 << 24;

  /** The largest penalty; a model of a larger one is lost, as one without a loss is. */
  private static final double MOST_PENALTY = 1 << 20;

  /** One example, without a penalty. */
  public static Tally of(float loss, boolean correct) {
    return of(loss, 0, correct);
  }

  /**
   * One example.
   *
   * @param penalty what the network's regularizers add to its loss, 0 or more
   */
  public static Tally of(float loss, double penalty, boolean correct) {
    return Float.isFinite(loss) && penalty <= MOST_PENALTY
        ? new Tally(1, correct ? 1 : 0, Math.round(loss * UNITS) + Math.round(penalty * UNITS), 0)
        : new Tally(1, 0, 0, 1);
  }

  public Tally plus(Tally other) {
    return new Tally(
        examples + other.examples,
        correct + other.correct,
        Math.addExact(lossUnits, other.lossUnits),
        nonFinite + other.nonFinite);
  }

  /** The mean loss of the examples; NaN where one of them had none, or there are none. */
  public double loss() {
    return nonFinite > 0 || examples == 0 ? Double.NaN : lossUnits / UNITS / examples;
  }

  /** The share of the examples whose most probable class is their label. */
  public double accuracy() {
    return examples == 0 ? Double.NaN : (double) correct / examples;
  }
}
