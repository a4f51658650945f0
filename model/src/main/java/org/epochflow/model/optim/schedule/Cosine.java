package org.epochflow.model.optim.schedule;

import org.epochflow.model.optim.Setting;

/**
 * Keras's CosineDecay, and with restarts its CosineDecayRestarts (Loshchilov and Hutter, 2017,
 * "SGDR"). The rate rises in a straight line from {@code warmupStart} over {@code warmup} epochs,
 * then falls as {@code (1 - alpha) (1 + cos(pi x)) / 2 + alpha}, x from 0 to 1 over {@code
 * decaySteps} epochs. Each restart begins the fall anew, {@code tMul} times as long and from {@code
 * mMul} times the rate; after the last fall the rate stays.
 */
public record Cosine(
    @Setting(value = "The epochs in which the rate rises to its peak", atLeast = 0) double warmup,
    @Setting(value = "The rate before that, as a share of the peak", atLeast = 0)
        double warmupStart,
    @Setting(
            value = "The epochs of the first fall; 0 means that the falls fill the training",
            atLeast = 0)
        double decaySteps,
    @Setting(value = "The rate after a fall, as a share of the peak", atLeast = 0) double alpha,
    @Setting(value = "How often the fall begins anew", atLeast = 0, below = MOST_RESTARTS + 1.0)
        int restarts,
    @Setting(value = "How much longer each fall is than the one before", atLeast = 1) double tMul,
    @Setting(value = "From how much of the rate each fall begins anew", above = 0) double mMul)
    implements Schedule {
  /** As good as endless. */
  public static final int MOST_RESTARTS = 10_000;

  /** One fall to 0 at the end of the training. */
  public Cosine() {
    this(0, 0, 0, 0, 0, 2, 1);
  }

  @Override
  public String name() {
    return "cosine";
  }

  @Override
  public double at(double progress, int epochs) {
    if (progress < warmup) {
      return warmupStart + (1 - warmupStart) * progress / warmup;
    }
    double passed = progress - warmup;
    double period = decaySteps > 0 ? decaySteps : (epochs - warmup) / falls();
    double size = 1;
    for (int i = 0; i < restarts && period > 0 && passed >= period; i++) {
      passed -= period;
      period *= tMul;
      size *= mMul;
    }
    double x = period > 0 ? Math.min(1, passed / period) : 1;
    return (1 - alpha) * size * (1 + StrictMath.cos(StrictMath.PI * x)) / 2 + alpha;
  }

  /** How many of the first fall are as long as all falls. */
  private double falls() {
    double falls = 0;
    double length = 1;
    for (int i = 0; i <= restarts; i++) {
      falls += length;
      length *= tMul;
    }
    return falls;
  }

  @Override
  public Schedule over(double unit) {
    return new Cosine(warmup / unit, warmupStart, decaySteps / unit, alpha, restarts, tMul, mMul);
  }
}
