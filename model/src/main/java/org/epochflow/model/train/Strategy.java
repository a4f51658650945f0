package org.epochflow.model.train;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.optim.Optimizers;
import org.epochflow.model.optim.ServerAdam;

/** What replicas step with, and what is made of their results at the end of a round. */
public enum Strategy {
  /** Replicas step by the optimiser; their parameters and its state are averaged. */
  LOCAL_ADAM {
    @Override
    public String word(Optimizer optimizer) {
      return LOCAL + "-" + optimizer.name();
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

  /** What the first is called for short, whatever the optimiser. */
  public static final String LOCAL = "local";

  /** What the command line and files call it when replicas step with {@code optimizer}. */
  public abstract String word(Optimizer optimizer);

  /**
   * The strategy of a word: {@code local}, that with an optimiser's name, such as {@code
   * local-adam}, or {@code server-adam}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static Strategy named(String word) {
    List<String> words = new ArrayList<>(List.of(LOCAL));
    for (Strategy strategy : values()) {
      for (Optimizer optimizer : Optimizers.ALL) {
        if (word.equals(strategy.word(optimizer)) || word.equals(LOCAL)) {
          return strategy;
        }
        words.add(strategy.word(optimizer));
      }
    }
    throw new IllegalArgumentException(
        "Expected a strategy of %s, found %s"
            .formatted(String.join(" or ", new LinkedHashSet<>(words)), word));
  }

  /**
   * Checks that a word of this strategy names no other optimiser.
   *
   * @throws IllegalArgumentException if it does
   */
  public void requireNamed(String word, Optimizer optimizer) {
    if (!word.equals(LOCAL) && !word.equals(word(optimizer))) {
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
