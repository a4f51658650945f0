package org.epochflow.model.optim;

import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.parallel.Team;

/** Steps one variable along its gradient, both as a whole. The bits do not depend on the team. */
@FunctionalInterface
public interface WholeStep {
  /**
   * Takes a step; every member of the team calls it.
   *
   * @param kernels the member's
   */
  void take(Team team, int member, Kernels kernels, double rate);
}
