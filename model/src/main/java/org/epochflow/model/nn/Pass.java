package org.epochflow.model.nn;

import java.util.ArrayList;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.parallel.Share;
import org.epochflow.model.parallel.Team;
import org.jspecify.annotations.Nullable;

/**
 * One thread's way through the operations of a network. It waits for the team's other threads where
 * it is about to read what they write, and nowhere else.
 */
public final class Pass {
  /** Floats of a cache line: two threads never write to the same one. */
  private static final int CACHE_LINE = 16;

  /** Stands for a gradient that is not there yet. */
  static final FMatrixRMaj NONE = new FMatrixRMaj(0, 0);

  /** The tensors of a {@link Wiring}, by their numbers. */
  final List<FMatrixRMaj> values = new ArrayList<>();

  /** Their gradients. */
  final List<FMatrixRMaj> gradients = new ArrayList<>();

  private final Kernels kernels;
  private final Team team;
  private final Share share;
  private final float[] w;
  private final Masks masks;
  private boolean training;
  private float[] gradient = {};
  private @Nullable Update update;
  private Written written = Written.ALL;

  /** What this thread may read of what the team wrote since it last waited for all: the least. */
  private enum Written {
    ALL,
    OWN_EXAMPLES,
    OWN_VALUES
  }

  Pass(Kernels kernels, Team team, int member, float[] w, Masks masks) {
    this.kernels = kernels;
    this.team = team;
    share = team.share(member);
    this.w = w;
    this.masks = masks;
  }

  void toTrain(float[] room, @Nullable Update step) {
    training = true;
    written = Written.ALL;
    gradient = room;
    update = step;
  }

  void toPredict() {
    training = false;
    written = Written.ALL;
  }

  public Kernels kernels() {
    return kernels;
  }

  /** Its part of the work. */
  public Share share() {
    return share;
  }

  /** The network's parameters. */
  public float[] w() {
    return w;
  }

  /** Whether this pass is of training: then dropout is on. */
  public boolean isTraining() {
    return training;
  }

  public Masks masks() {
    return masks;
  }

  /** Where gradients are written, each at its parameter's place. */
  public float[] gradient() {
    return gradient;
  }

  /** The step to take with the gradients; none if they alone are asked for. */
  public @Nullable Update update() {
    return update;
  }

  /**
   * Adds the penalties' gradient for this thread's share of some parameters, whose own gradient is
   * all there, and steps them if there is a step.
   */
  void apply(WeightPenalties penalties, int from, int to) {
    int first = from + share.from(to - from, CACHE_LINE);
    int last = from + share.to(to - from, CACHE_LINE);
    penalties.addGradient(w, first, last, gradient);
    if (update != null) {
      update.apply(kernels, w, first, last, gradient, first);
    }
  }

  /** To be called after its share of the examples has been written. */
  public void wroteExamples() {
    wrote(Written.OWN_EXAMPLES);
  }

  /** To be called after its share of the values, however these are shared, has been written. */
  public void wroteValues() {
    wrote(Written.OWN_VALUES);
  }

  private void wrote(Written now) {
    written = written.compareTo(now) > 0 ? written : now;
  }

  /** To be called before it reads its share of the examples. */
  public void readsExamples() {
    if (written == Written.OWN_VALUES) {
      readsAll();
    }
  }

  /** To be called before it reads anything else. */
  public void readsAll() {
    if (written != Written.ALL) {
      team.await();
      written = Written.ALL;
    }
  }

  /** Whether it may read anything, without waiting. */
  boolean mayReadAll() {
    return team.size() == 1 || written == Written.ALL;
  }

  /** To be called before a dense layer's outputs or input gradients are computed. */
  public void readsForDense(int examples) {
    if (kernels.cutsExamples(examples)) {
      readsExamples();
    } else {
      readsAll();
    }
  }

  /** To be called after a dense layer's outputs or input gradients have been written. */
  public void wroteDense(int examples) {
    wrote(kernels.cutsExamples(examples) ? Written.OWN_EXAMPLES : Written.OWN_VALUES);
  }
}
