package org.epochflow.model.optim;

import java.util.List;
import java.util.Optional;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.parallel.PieceSums;
import org.epochflow.model.parallel.Share;
import org.epochflow.model.parallel.Team;

/**
 * Takes the steps of an optimiser that needs whole gradients: to clip them, or to step a variable
 * as a whole. A team shares each step; the bits do not depend on its size.
 */
public final class Stepper {
  /** Floats of a cache line: two threads never write to the same one. */
  private static final int CACHE_LINE = 16;

  private final Optimizer optimizer;
  private final Parameters parameters;
  private final List<Kernels> kernels;
  private final Team team;
  private final List<Optional<WholeStep>> whole;
  private final PieceSums squares;

  /**
   * What is stepped.
   *
   * @param variables those that train
   * @param w the parameters
   * @param gradient each value at its parameter's place; a step changes it
   * @param slots the optimiser's state
   */
  public record Parameters(
      List<Variable> variables, float[] w, float[] gradient, List<float[]> slots) {}

  /**
   * @param kernels each member's, with its share
   */
  public Stepper(Optimizer optimizer, Parameters parameters, List<Kernels> kernels, Team team) {
    this.optimizer = optimizer;
    this.parameters = parameters;
    this.kernels = kernels;
    this.team = team;
    whole = parameters.variables.stream().map(v -> optimizer.whole(v, parameters)).toList();
    squares =
        new PieceSums(
            parameters.variables.stream().mapToInt(Variable::offset).toArray(),
            parameters.variables.stream().mapToInt(Variable::end).toArray());
  }

  /** Whether an optimiser needs whole gradients to step these variables. */
  public static boolean isNeeded(Optimizer optimizer, List<Variable> variables) {
    return optimizer.common().clips() || variables.stream().anyMatch(optimizer::stepsWhole);
  }

  /**
   * Steps along the gradients, which are all there.
   *
   * @param t the number of this step, counted from 1
   */
  public void step(double rate, long t) {
    Update update = optimizer.update(parameters.slots, rate, t);
    team.run(member -> step(member, update, rate));
  }

  private void step(int member, Update update, double rate) {
    Share share = team.share(member);
    Kernels own = kernels.get(member);
    clip(share);
    for (int i = 0; i < whole.size(); i++) {
      Optional<WholeStep> step = whole.get(i);
      if (step.isPresent()) {
        team.await();
        step.get().take(team, member, own, rate);
      } else {
        Variable variable = parameters.variables.get(i);
        int from = from(variable, share);
        update.apply(own, parameters.w, from, to(variable, share), parameters.gradient, from);
      }
    }
  }

  private static int from(Variable variable, Share share) {
    return variable.offset() + share.from(variable.size(), CACHE_LINE);
  }

  private static int to(Variable variable, Share share) {
    return variable.offset() + share.to(variable.size(), CACHE_LINE);
  }

  private void clip(Share share) {
    CommonSettings common = optimizer.common();
    boolean global = common.globalClipnorm() > 0;
    float[] g = parameters.gradient;
    if (common.clipvalue() > 0) {
      float most = (float) common.clipvalue();
      for (Variable variable : parameters.variables) {
        cut(g, from(variable, share), to(variable, share), most);
      }
    } else if (global || common.clipnorm() > 0) {
      squares.add(share, (variable, from, to) -> PieceSums.squares(g, from, to));
      team.await();
      double most = global ? common.globalClipnorm() : common.clipnorm();
      for (int i = 0; i < parameters.variables.size(); i++) {
        Variable variable = parameters.variables.get(i);
        double norm = Math.sqrt(global ? squares.all() : squares.of(i));
        // Also where the norm is not a number: nor are the parameters then, and training stops.
        if (!(norm <= most)) {
          scale(g, from(variable, share), to(variable, share), (float) (most / norm));
        }
      }
    }
  }

  private static void cut(float[] g, int from, int to, float most) {
    for (int i = from; i < to; i++) {
      g[i] = Math.max(-most, Math.min(most, g[i]));
    }
  }

  private static void scale(float[] g, int from, int to, float factor) {
    for (int i = from; i < to; i++) {
      g[i] *= factor;
    }
  }
}
