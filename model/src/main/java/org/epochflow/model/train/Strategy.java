package org.epochflow.model.train;

import java.util.List;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.optim.Optimizers;
import org.epochflow.model.optim.ServerAdam;

/** What replicas step with, and what is made of their results at the end of a round. */
public enum Strategy {
  /** Replicas step by the optimiser; their parameters and its state are averaged. */
  LOCAL {
    @Override
    public String word(Optimizer optimizer) {
      return optimizer.name().equals(Optimizers.DEFAULT.name()) ? LOCAL_ADAM_WORD : LOCAL_WORD;
    }

    @Override
    public Optimizer defaultOptimizer() {
      return Optimizers.DEFAULT;
    }

    @Override
    public double defaultRate(Optimizer optimizer) {
      return optimizer.defaultRate();
    }

    @Override
    public List<String> slots(Optimizer optimizer) {
      return optimizer.slots();
    }

    @Override
    public boolean averagesState() {
      return true;
    }

    @Override
    ModelState next(ModelState start, ModelState mean, TrainingConfig config) {
      return mean;
    }
  },

  /**
   * Replicas take plain gradient steps. Their mean change is a gradient for one step of {@link
   * ServerAdam} (FedAdam), whose state never leaves the driver. Variables that do not train are
   * averaged alone.
   */
  SERVER_ADAM {
    @Override
    public String word(Optimizer optimizer) {
      return "server-adam";
    }

    @Override
    public Optimizer defaultOptimizer() {
      return Optimizers.PLAIN;
    }

    @Override
    public double defaultRate(Optimizer optimizer) {
      return DEFAULT_SERVER_ADAM_REPLICA;
    }

    @Override
    public List<String> slots(Optimizer optimizer) {
      return ServerAdam.SLOTS;
    }

    @Override
    public boolean averagesState() {
      return false;
    }

    @Override
    ModelState next(ModelState start, ModelState mean, TrainingConfig config) {
      double progress = (double) start.step() / config.parallel().rounds();
      double rate = config.learningRate().serverAt(progress, config);
      float[] w = mean.parameters().clone();
      List<float[]> slots = start.copy(start.slots().size()).slots();
      for (Variable variable : config.architecture().trained()) {
        ServerAdam.step(w, slots, start.parameters(), variable.offset(), variable.end(), rate);
      }
      return new ModelState(w, slots, start.step() + 1);
    }
  };

  /** The rate of a replica's plain steps under {@link #SERVER_ADAM} where none is given. */
  public static final double DEFAULT_SERVER_ADAM_REPLICA = 0.1;

  private static final String LOCAL_WORD = "local";

  /** What {@link #LOCAL} was called when it knew but one optimiser. */
  private static final String LOCAL_ADAM_WORD = "local-" + Optimizers.DEFAULT.name();

  /** What the command line and files call it when replicas step with {@code optimizer}. */
  public abstract String word(Optimizer optimizer);

  /**
   * The strategy of a word, as the command line and files have it.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Strategy named(String word) {
    String server = SERVER_ADAM.word(Optimizers.PLAIN);
    if (word.equals(server)) {
      return SERVER_ADAM;
    } else if (word.equals(LOCAL_WORD) || word.equals(LOCAL_ADAM_WORD)) {
      return LOCAL;
    }
    throw new IllegalArgumentException(
        "Expected a strategy of %s, %s or %s, found %s"
            .formatted(LOCAL_WORD, LOCAL_ADAM_WORD, server, word));
  }

  /**
   * Checks that replicas can step with an optimiser.
   *
   * @throws IllegalArgumentException if its state would have to leave them and cannot
   */
  void requireFit(Optimizer optimizer) {
    if (!averagesState() && !optimizer.slots().isEmpty()) {
      throw new IllegalArgumentException(
          "Expected an optimizer without state (%s) with the strategy %s, found %s with %s"
              .formatted(
                  Optimizers.PLAIN.name(),
                  word(optimizer),
                  optimizer.name(),
                  String.join(", ", optimizer.slots())));
    }
  }

  /**
   * Checks that replicas can step with an optimiser, and that a word of this strategy names no
   * other.
   *
   * @throws IllegalArgumentException if not
   */
  public void requireFit(String word, Optimizer optimizer) {
    requireFit(optimizer);
    if (!word.equals(LOCAL_WORD) && !word.equals(word(optimizer))) {
      throw new IllegalArgumentException(
          "Expected a strategy of %s with the optimizer %s, found %s"
              .formatted(word(optimizer), optimizer.name(), word));
    }
  }

  /** What replicas step with where nothing else is given. */
  public abstract Optimizer defaultOptimizer();

  /** The learning rate of a replica's steps where none is given. */
  public abstract double defaultRate(Optimizer optimizer);

  /** What each vector of the state that training keeps from round to round holds. */
  public abstract List<String> slots(Optimizer optimizer);

  /**
   * Whether that state is the replicas' own, averaged. Then rates grow with the number of replicas,
   * one replica has nothing to average, and Keras can resume with the state.
   */
  public abstract boolean averagesState();

  /**
   * The model after a round.
   *
   * @param start the model the round began from
   * @param mean the weighted mean of the replicas' parameters and state
   */
  abstract ModelState next(ModelState start, ModelState mean, TrainingConfig config);
}
