package org.epochflow.model.nn.layer.normalization;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Computation;
import org.epochflow.model.nn.Initializer;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.Sizes;

/**
 * {@code y = gamma (x - mean) / sqrt(variance + epsilon) + beta} for each channel, the last axis
 * (Ioffe and Szegedy, 2015).
 *
 * <p>While training, mean and variance are those of the minibatch, over examples and positions, the
 * variance divided by their number; and each step moves the moving ones towards them: {@code moving
 * = momentum moving + (1 - momentum) batch}. In evaluation and prediction the moving ones are used.
 *
 * <p>Variables: {@code gamma}, {@code beta}, {@code moving_mean}, {@code moving_variance}, each
 * {@code [channels]}. The last two do not train.
 *
 * <p>With K replicas, each normalises by its own minibatches: the statistics are of B examples, not
 * of K B, as with Keras's distributed training unless {@code synchronized}. Each replica moves its
 * own moving ones in its steps of a round. At the end of the round they are averaged as all
 * variables are, weighted by the examples. So the moving mean is that of all replicas; the moving
 * variance is the mean of theirs, which leaves out how far their means are apart. All replicas draw
 * their examples from the same data, so that is little: a K-th of a minibatch's error or less. With
 * few steps a round (and K replicas take 1/K of the steps) the moving ones move less in an epoch: a
 * lower momentum, such as 0.9, follows sooner.
 *
 * <p>Example: {@code new BatchNormalization("batch_normalization")}, with Keras's defaults.
 *
 * @param axis -1, or the last axis's number
 */
public record BatchNormalization(
    String name, int axis, double epsilon, GammaAndBeta gammaAndBeta, Moving moving)
    implements Layer {
  private static final double DEFAULT_MOMENTUM = 0.99;
  private static final double DEFAULT_EPSILON = 1e-3;

  /** The moving statistics: what they keep in a step, and what they are at first. */
  public record Moving(double momentum, Initializer mean, Initializer variance)
      implements Serializable {
    /** Keras's. */
    public static final Moving DEFAULT =
        new Moving(DEFAULT_MOMENTUM, Initializer.ZEROS, Initializer.ONES);
  }

  public BatchNormalization {
    Sizes.requireZeroOrMore(name, "epsilon", epsilon);
    if (!(moving.momentum >= 0 && moving.momentum <= 1)) {
      throw new ArchitectureException(
          "Layer %s: expected a momentum from 0 to 1, found %s".formatted(name, moving.momentum));
    }
  }

  /** With Keras's defaults. */
  public BatchNormalization(String name) {
    this(name, DEFAULT_MOMENTUM);
  }

  /** With Keras's defaults but for the share of the moving statistics that a step keeps. */
  public BatchNormalization(String name, double momentum) {
    this(
        name,
        Axis.LAST,
        DEFAULT_EPSILON,
        GammaAndBeta.DEFAULT,
        new Moving(momentum, Moving.DEFAULT.mean, Moving.DEFAULT.variance));
  }

  @Override
  public Shape output(Shape input) {
    Axis.requireLast(name, axis, input);
    return input;
  }

  @Override
  public List<Variable> variables(Shape input) {
    List<Integer> channels = List.of(input.last());
    List<Variable> variables = new ArrayList<>(gammaAndBeta.variables(input));
    variables.add(new Variable("moving_mean", channels, moving.mean, false, 0));
    variables.add(new Variable("moving_variance", channels, moving.variance, false, 0));
    return variables;
  }

  @Override
  public Optional<Computation> fused(Layer next) {
    return new Variant(this, false, false).fused(next);
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return new Variant(this, false, false).bind(index, input, variables);
  }

  /**
   * The same layer, frozen, as with Keras's {@code trainable = false}: its variables do not train,
   * and it uses the moving statistics while training too, and leaves them as they are.
   */
  @Override
  public Layer frozen() {
    return new Variant(this, false, true);
  }

  @Override
  public void write(ObjectNode config) {
    config.put(Axis.SETTING, axis).put("momentum", moving.momentum).put("epsilon", epsilon);
    gammaAndBeta.writeFlags(config);
    gammaAndBeta.writeInitializers(config);
    config.set("moving_mean_initializer", moving.mean.json());
    config.set("moving_variance_initializer", moving.variance.json());
    gammaAndBeta.writeRegularizers(config);
  }

  public static BatchNormalization read(JsonObject config) throws ModelFormatException {
    config.expect("synchronized", "false", "null");
    config.expect("renorm", "false", "null");
    double momentum = config.has("momentum") ? config.number("momentum") : DEFAULT_MOMENTUM;
    Moving moving =
        new Moving(
            momentum,
            Initializer.read(config, "moving_mean_initializer", Initializer.ZEROS),
            Initializer.read(config, "moving_variance_initializer", Initializer.ONES));
    double epsilon = config.has("epsilon") ? config.number("epsilon") : DEFAULT_EPSILON;
    GammaAndBeta gammaAndBeta = GammaAndBeta.read(config);
    return new BatchNormalization(
        config.text("name"), Axis.read(config), epsilon, gammaAndBeta, moving);
  }

  /** The layer with a relu that followed it, or frozen, or both. */
  private record Variant(BatchNormalization of, boolean relu, boolean still) implements Layer {
    @Override
    public String name() {
      return of.name;
    }

    @Override
    public String type() {
      return of.type();
    }

    @Override
    public Shape output(Shape input) {
      return of.output(input);
    }

    @Override
    public List<Variable> variables(Shape input) {
      List<Variable> variables = of.variables(input);
      return still ? variables.stream().map(Variant::untrained).toList() : variables;
    }

    private static Variable untrained(Variable variable) {
      return new Variable(variable.name(), variable.dimensions(), variable.initializer(), false, 0);
    }

    @Override
    public Optional<Computation> fused(Layer next) {
      return !relu
              && next instanceof Activation activation
              && activation.function() == Function.RELU
          ? Optional.of(new Variant(of, true, still))
          : Optional.empty();
    }

    @Override
    public List<Operation> bind(int index, Shape input, List<Variable> variables) {
      return List.of(
          still
              ? new StillBatchNormalization(input, variables, of, relu)
              : new MovingBatchNormalization(input, variables, of, relu));
    }

    @Override
    public void write(ObjectNode config) {
      of.write(config);
    }
  }
}
