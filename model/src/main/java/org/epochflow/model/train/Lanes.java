package org.epochflow.model.train;

/**
 * How a process shares its threads among the replicas that it trains: so many at once, each on so
 * many threads. It changes speed alone.
 */
public record Lanes(int count, int threads) {
  public Lanes {
    Require.atLeast("lanes", 1, count);
    Require.atLeast("threads", 1, threads);
  }

  /**
   * The fastest: {@code ceil(replicas / count)} replicas after another, each on as many threads as
   * help it. Of two that are equally fast, the one with fewer threads a replica.
   *
   * @param replicas how many there are to train
   * @param atOnce how many may train at once
   * @param threads how many threads there are in all
   */
  public static Lanes of(TrainingConfig config, int replicas, int atOnce, int threads) {
    Lanes best = new Lanes(1, 1);
    double least = Double.POSITIVE_INFINITY;
    for (int count = Math.min(Math.min(replicas, atOnce), threads); count >= 1; count--) {
      int each = Replica.threads(config, config.batchSize(), threads / count);
      double time = Math.ceil((double) replicas / count) / each;
      if (time < least) {
        best = new Lanes(count, each);
        least = time;
      }
    }
    return best;
  }
}
