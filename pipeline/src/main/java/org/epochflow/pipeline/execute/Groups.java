package org.epochflow.pipeline.execute;

/**
 * How replicas are shared out to worker processes: as so many groups, each of which one process
 * trains and averages in its memory. It changes speed alone.
 *
 * @param count how many groups
 * @param perProcess how many such groups may work in one process at once, and share its processors
 */
public record Groups(int count, int perProcess) {
  /** All replicas in one process, which has nothing else to do. */
  public static final Groups ONE = new Groups(1, 1);

  /** The first of a group's pieces of work. */
  public int from(int group, int pieces) {
    return (int) ((long) pieces * group / count);
  }

  /** The end of a group's pieces of work, exclusive. */
  public int to(int group, int pieces) {
    return from(group + 1, pieces);
  }
}
