package org.epochflow.model.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.OptBoolean;
import java.io.Serializable;
import org.epochflow.model.optim.schedule.OfSteps;
import org.epochflow.model.optim.schedule.Schedule;
import org.jspecify.annotations.Nullable;

/**
 * The rate of a replica's steps, as a function of the progress of the training.
 *
 * <p>K replicas take 1/K of the steps, so their peak rate is {@code scale(K) * base}. It rises
 * linearly from {@code base} over {@code warmupEpochs}, holds, and falls linearly to zero over the
 * last {@value #DECAY} of the epochs. Where the peak is the base (one replica, {@code NONE}, or
 * server Adam, whose replicas' steps are plain) it is constant, as in Keras. A schedule that is
 * given replaces the rise and the fall: the rate is the peak times its share.
 *
 * @param base the rate of one replica
 * @param server server Adam's own rate (eta), once a round; it too falls over the last epochs, to
 *     zero
 * @param schedule null if none is given
 * @param reduceOnPlateau null if the rate is not reduced where the monitor stays
 */
public record LearningRate(
    @JsonProperty("learningRate") double base,
    @JsonProperty("learningRateScaling") Scaling scaling,
    double warmupEpochs,
    @JsonProperty("serverLearningRate") double server,
    @JsonInclude(Include.NON_NULL) @JsonProperty(isRequired = OptBoolean.FALSE)
        @Nullable Schedule schedule,
    @JsonInclude(Include.NON_NULL) @JsonProperty(isRequired = OptBoolean.FALSE)
        @Nullable ReduceOnPlateau reduceOnPlateau)
    implements Serializable {
  public static final double DEFAULT_SERVER = 0.01;
  public static final double DEFAULT_WARMUP_EPOCHS = 1;
  private static final double DECAY = 0.2;

  /** How the peak rate grows with the number of replicas K. */
  public enum Scaling {
    LINEAR,
    /** As linear, but at most 4. */
    CAPPED,
    SQRT,
    NONE;

    private static final int CAP = 4;

    /**
     * The one where none is given. With more than 4 replicas and the default batch size, the
     * replicas together take as many examples a step as 4 do, so the rate stays theirs.
     */
    public static Scaling defaultFor(int replicas) {
      return replicas <= CAP ? LINEAR : CAPPED;
    }

    double factor(int replicas) {
      return switch (this) {
        case LINEAR -> replicas;
        case CAPPED -> Math.min(replicas, CAP);
        case SQRT -> Math.sqrt(replicas);
        case NONE -> 1;
      };
    }
  }

  public LearningRate {
    Require.above("learningRate", 0, base);
    Require.atLeast("warmupEpochs", 0, warmupEpochs);
    Require.above("serverLearningRate", 0, server);
  }

  /** Rates that rise and fall as they do where nothing else is asked for. */
  public LearningRate(double base, Scaling scaling, double warmupEpochs, double server) {
    this(base, scaling, warmupEpochs, server, null, null);
  }

  /** The same with a schedule. */
  public LearningRate with(@Nullable Schedule other) {
    return new LearningRate(base, scaling, warmupEpochs, server, other, reduceOnPlateau);
  }

  /** The same with the schedule's times in epochs, if they are in steps. */
  LearningRate inEpochs(double stepsOfAnEpoch) {
    return schedule instanceof OfSteps ofSteps ? with(ofSteps.over(stepsOfAnEpoch)) : this;
  }

  /** All rates times a factor. */
  LearningRate times(double factor) {
    return new LearningRate(
        base * factor, scaling, warmupEpochs, server, schedule, reduceOnPlateau);
  }

  /** The rate of a replica where it is highest. */
  public double peak(TrainingConfig config) {
    return base * scaling.factor(config.parallel().replicas());
  }

  /**
   * Checks that the rate may change as it is asked to.
   *
   * @throws IllegalArgumentException if replicas take plain steps, whose rate is constant
   */
  void requireFit(Strategy strategy) {
    if (!strategy.averagesState() && (schedule != null || reduceOnPlateau != null)) {
      throw new IllegalArgumentException(
          "Expected %s with the strategy local, found it with server-adam"
              .formatted(schedule != null ? "schedule" : "reduceOnPlateau"));
    }
  }

  /** The rate at {@code progress} epochs, from 0 (nothing trained) to {@code config.epochs()}. */
  public double at(double progress, TrainingConfig config) {
    if (!config.parallel().strategy().averagesState()) {
      return base;
    }
    double peak = peak(config);
    if (schedule != null) {
      return peak * schedule.at(progress, config.epochs());
    }
    double rise = warmupEpochs == 0 ? 1 : progress / warmupEpochs;
    double risen = base + (peak - base) * Math.min(1, rise);
    return peak == base ? base : Math.min(risen, peak * Math.max(0, fall(progress, config)));
  }

  /** Server Adam's own rate at {@code progress} epochs. */
  public double serverAt(double progress, TrainingConfig config) {
    return server * Math.max(0, Math.min(1, fall(progress, config)));
  }

  /** From 1 to 0 over the last epochs; above 1 before them. */
  private static double fall(double progress, TrainingConfig config) {
    return (config.epochs() - progress) / (DECAY * config.epochs());
  }
}
