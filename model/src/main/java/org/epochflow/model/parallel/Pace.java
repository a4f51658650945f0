package org.epochflow.model.parallel;

/**
 * Does pieces of work with a team or by the calling thread alone, whichever has been faster: where
 * other processes take a core, a team waits for the thread that has none, and is many times as slow
 * as one thread. Measures both ways, the slower one for a small part of the time. Results must not
 * depend on the way, so time decides speed alone. For one thread.
 */
public final class Pace {
  /** What the last piece counts in one thread's mean. */
  private static final double WEIGHT = 0.25;

  /** What it counts in the team's mean, as now and then a piece waits long for a thread. */
  private static final double TEAM_WEIGHT = 0.1;

  /** The pieces that the team does before one thread tries one. */
  private static final int FIRST = 4;

  /** How much longer than a trial the work between two of them takes. */
  private static final int RARELY = 50;

  private double together;
  private double alone = Double.POSITIVE_INFINITY;
  private int pieces;
  private double trial;
  private double sinceTrial;

  /**
   * Does a piece of work.
   *
   * @param work by the team's members, or all of it by {@code team.size()}, one more than the last
   * @param amount how much it is, as the time of a piece grows with it
   */
  public void run(Team team, Team.Work work, int amount) {
    if (team.size() == 1) {
      team.run(work);
      return;
    }
    boolean isAlone = isAlone();
    long start = System.nanoTime();
    if (isAlone) {
      work.run(team.size());
    } else {
      team.run(work);
    }
    took(isAlone, (double) System.nanoTime() - start, amount);
  }

  /** Whether one thread is to do the next piece. */
  boolean isAlone() {
    boolean isTrial = pieces >= FIRST && sinceTrial >= RARELY * trial;
    return isTrial != isAloneFaster();
  }

  private boolean isAloneFaster() {
    return alone < together;
  }

  /** Takes into account what a piece took. */
  void took(boolean wasAlone, double nanos, int amount) {
    if (wasAlone == isAloneFaster()) {
      sinceTrial += nanos;
    } else {
      trial = nanos;
      sinceTrial = 0;
    }
    double each = nanos / Math.max(1, amount);
    if (wasAlone) {
      alone = Double.isInfinite(alone) ? each : alone + WEIGHT * (each - alone);
    } else {
      together = pieces == 0 ? each : together + TEAM_WEIGHT * (each - together);
    }
    pieces++;
  }
}
