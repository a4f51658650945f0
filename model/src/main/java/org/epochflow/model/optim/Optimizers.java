package org.epochflow.model.optim;

import java.util.List;

/** The optimisers there are, each with the settings it has where none are given. */
public final class Optimizers {
  /** One line for each: command line, files and messages know them from here. */
  public static final List<Optimizer> ALL = List.of(new Adam(), new Sgd());

  /** What replicas step with where nothing else is given. */
  public static final Optimizer DEFAULT = ALL.get(0);

  /** The default's learning rate, as a constant. */
  public static final double DEFAULT_RATE = Adam.RATE;

  /** Plain gradient descent: its steps, added up, are a gradient that a server can step along. */
  public static final Optimizer PLAIN = new Sgd();

  private Optimizers() {}
}
