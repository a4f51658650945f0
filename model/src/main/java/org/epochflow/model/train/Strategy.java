package org.epochflow.model.train;

import java.util.Arrays;
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
   * ServerAdam} (FedAdam), whose state never leaves the driver. What does not train is averaged.
   */
  SERVER_ADAM {
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
      ModelState next = start.copy(start.slots().size());
      float[] w = next.parameters();
      float[] change = mean.parameters().clone();
      for (int i = 0; i < change.length; i++) {
        change[i] -= w[i];
      }
      for (Variable still : config.architecture().untrained()) {
        System.arraycopy(mean.parameters(), still.offset(), w, still.offset(), still.size());
        Arrays.fill(change, still.offset(), still.end(), 0);
      }
      double progress = (double) start.step() / config.parallel().rounds();
      ServerAdam.step(w, next.slots(), change, config.learningRate().serverAt(progress, config));
      return new ModelState(w, next.slots(), start.step() + 1);
    }
  };

  /** The rate of a replica's plain steps under {@link #SERVER_ADAM} where none is given. */
  public static final double DEFAULT_SERVER_ADAM_REPLICA = 0.1;

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
