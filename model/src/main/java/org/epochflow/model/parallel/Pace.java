package org.epochflow.model.parallel;

/**
 * Does pieces of work with a team or by the calling thread alone, whichever has been faster: where
 * other processes take a core, a team waits for the thread that has none, and is many times as slow
 * as one thread. Each way is judged by the mean of its last pieces, and the slower one is tried now
 * and then. Results must not depend on the way, so time decides speed alone. For one thread.
 */
public final class Pace {
  /** The pieces that the team does before it is judged: the first ones are slow. */
  private static final int FIRST = 12;

  /** The pieces by which the team is judged while it works: some of them wait for a thread. */
  private static final int WINDOW = 32;

  /** The pieces of a trial. */
  private static final int TRIAL = 8;

  /** How much longer than a trial the work between two of them takes. */
  private static final int RARELY = 100;

  /** A trial ends early where a way takes so much longer. */
  private static final int FAR = 3;

  /** One thread works where it takes less than this share of the team's time. */
  private static final double CLEARLY = 0.95;

  private final Recent together = new Recent(WINDOW);
  private final Recent alone = new Recent(TRIAL);
  private boolean isAlone;
  private int first = FIRST;
  private int trial;
  private double trialTook;
  private double sinceTrial = Double.POSITIVE_INFINITY;

  /** The last pieces that were done in a way, by time for an amount of work. */
  private static final class Recent {
    private final double[] each;
    private int count;

    Recent(int size) {
      each = new double[size];
    }

    void add(double time) {
      each[count++ % each.length] = time;
    }

    boolean isFarSlowerThan(Recent other) {
      return count > 1 && mean() > FAR * other.mean();
    }

    double mean() {
      int known = Math.min(count, each.length);
      double sum = 0;
      for (int i = 0; i < known; i++) {
        sum += each[i];
      }
      return sum / known;
    }
  }

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
    boolean byOne = isAlone();
    long start = System.nanoTime();
    if (byOne) {
      work.run(team.size());
    } else {
      team.run(work);
    }
    took((double) System.nanoTime() - start, amount);
  }

  /** Whether one thread is to do the next piece. */
  boolean isAlone() {
    return isAlone != trial > 0;
  }

  /** Takes into account what the piece took. */
  void took(double nanos, int amount) {
    Recent way = isAlone() ? alone : together;
    if (first > 0) {
      first--;
    }
    if (first < TRIAL) {
      way.add(nanos / Math.max(1, amount));
    }
    if (trial > 0) {
      trialTook += nanos;
      trial = way.isFarSlowerThan(way(isAlone)) ? 0 : trial - 1;
      if (trial == 0) {
        judge();
      }
      return;
    }
    sinceTrial += nanos;
    if (first == 0 && sinceTrial > RARELY * trialTook) {
      trial = TRIAL;
      trialTook = 0;
      way(!isAlone).count = 0;
    }
  }

  private Recent way(boolean byOne) {
    return byOne ? alone : together;
  }

  /** At the end of a trial. */
  private void judge() {
    isAlone = alone.mean() < CLEARLY * together.mean();
    sinceTrial = 0;
  }
}
