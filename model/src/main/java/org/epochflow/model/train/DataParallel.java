package org.epochflow.model.train;

import java.io.Serializable;

/**
 * How an epoch is shared out.
 *
 * @param replicas how many copies of the network train at once, each on its own share
 * @param roundsPerEpoch how often an epoch their parameters are averaged
 */
public record DataParallel(Strategy strategy, int replicas, int roundsPerEpoch)
    implements Serializable {
  public static final int DEFAULT_REPLICAS = 2;

  public DataParallel {
    Require.atLeast("replicas", 1, replicas);
    Require.atLeast("roundsPerEpoch", 1, roundsPerEpoch);
  }

  /**
   * The rounds of an epoch where none are given, because more replicas need more: 4 with up to 2
   * replicas, 20 with up to 8, else 40.
   */
  public static int defaultRounds(int replicas) {
    if (replicas <= 2) {
      return 4;
    }
    return replicas <= 8 ? 20 : 40;
  }

  /** The rounds that are run: of one replica that steps by itself there is nothing to average. */
  public int rounds() {
    return replicas == 1 && strategy.averagesState() ? 1 : roundsPerEpoch;
  }
}
