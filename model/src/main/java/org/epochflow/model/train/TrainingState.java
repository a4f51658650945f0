package org.epochflow.model.train;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonProperty.Access;
import com.fasterxml.jackson.annotation.OptBoolean;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.epochflow.model.metric.LearningCurves;
import org.epochflow.model.train.ReduceOnPlateau.Progress;
import org.jspecify.annotations.Nullable;

/**
 * Everything needed to resume a training: the content of a checkpoint.
 *
 * @param history one row for each finished epoch
 * @param stoppingBest the monitor's best by early stopping's rule; NaN before the first finite one
 * @param waited epochs since then
 * @param bestValue the monitor's best, strictly; NaN before the first finite one
 * @param bestEpoch the epoch of {@code bestValue}, from 0; -1 before the first finite one
 * @param plateau what decides on the reduction of the rate; null where it is never reduced
 */
public record TrainingState(
    @JacksonInject @JsonProperty(access = Access.WRITE_ONLY) TrainingConfig config,
    @JacksonInject @JsonProperty(access = Access.WRITE_ONLY) ModelState model,
    List<EpochRow> history,
    double stoppingBest,
    int waited,
    double bestValue,
    int bestEpoch,
    @JsonInclude(Include.NON_NULL) @JsonProperty(isRequired = OptBoolean.FALSE)
        @Nullable Progress plateau) {
  public TrainingState {
    history = List.copyOf(history);
  }

  /** A state of a training whose rate is never reduced. */
  public TrainingState(
      TrainingConfig config,
      ModelState model,
      List<EpochRow> history,
      double stoppingBest,
      int waited,
      double bestValue,
      int bestEpoch) {
    this(config, model, history, stoppingBest, waited, bestValue, bestEpoch, null);
  }

  /** The state before the first epoch. */
  public static TrainingState begin(TrainingConfig config, float[] parameters) {
    return begin(config, config.startingFrom(parameters));
  }

  /** The state before the first epoch, from a model with the state of its optimiser. */
  public static TrainingState begin(TrainingConfig config, ModelState model) {
    return new TrainingState(
        config,
        model,
        List.of(),
        Double.NaN,
        0,
        Double.NaN,
        -1,
        config.learningRate().reduceOnPlateau() == null ? null : Progress.BEGIN);
  }

  /** The configuration of the next epoch: the same, at the rate as far as it is reduced. */
  public TrainingConfig epochConfig() {
    return plateau == null || plateau.factor() == 1
        ? config
        : config.with(config.learningRate().times(plateau.factor()));
  }

  /** How many epochs are done. */
  public int epoch() {
    return history.size();
  }

  /** Whether the last epoch done is the best so far. */
  public boolean lastIsBest() {
    return bestEpoch >= 0 && bestEpoch == epoch() - 1;
  }

  public boolean stopped() {
    return stopReason().isPresent();
  }

  /** Why no further epoch is run; empty while one is. */
  public Optional<StopReason> stopReason() {
    if (!history.isEmpty() && !history.get(epoch() - 1).isFinite()) {
      return Optional.of(StopReason.NOT_FINITE);
    }
    if (config.stopping().stopsAfter(waited)) {
      return Optional.of(StopReason.PATIENCE);
    }
    return epoch() >= config.epochs() ? Optional.of(StopReason.EPOCHS) : Optional.empty();
  }

  /** The state after one more epoch. */
  public TrainingState next(EpochResult result) {
    EpochRow row =
        new EpochRow(
            epoch(),
            result.training().accuracy(),
            result.training().loss(),
            result.validation().tally().accuracy(),
            result.validation().tally().loss(),
            epochConfig().learningRate().at(epoch() + 1, config),
            result.trainingSeconds(),
            result.seconds());
    EpochRow whole =
        result
            .validation()
            .quality()
            .map(quality -> row.with(quality, config.stopping().topK()))
            .orElse(row);
    return next(whole, result.model());
  }

  /** The state after one more epoch, which went so and left this model. */
  public TrainingState next(EpochRow row, ModelState after) {
    List<EpochRow> rows = new ArrayList<>(history);
    rows.add(row);
    EarlyStopping stopping = config.stopping();
    double value = row.isFinite() ? stopping.monitor().of(row) : Double.NaN;
    boolean resets = stopping.monitor().improves(value, stoppingBest, stopping.minDelta());
    boolean better = stopping.monitor().improves(value, bestValue, 0);
    return new TrainingState(
        config,
        after,
        rows,
        resets ? value : stoppingBest,
        resets ? 0 : waited + 1,
        better ? value : bestValue,
        better ? row.epoch() : bestEpoch,
        plateauAfter(value));
  }

  private @Nullable Progress plateauAfter(double value) {
    ReduceOnPlateau reduction = config.learningRate().reduceOnPlateau();
    return plateau == null || reduction == null
        ? plateau
        : reduction.after(
            plateau, value, config.stopping().monitor(), config.learningRate().peak(config));
  }

  /** The same, with another limit of epochs. */
  public TrainingState withEpochs(int limit) {
    return new TrainingState(
        config.withEpochs(limit),
        model,
        history,
        stoppingBest,
        waited,
        bestValue,
        bestEpoch,
        plateau);
  }

  /** How the epochs went, for a diagnosis; there is one epoch at least. */
  public LearningCurves curves() {
    return new LearningCurves(
        column(EpochRow::loss),
        column(EpochRow::accuracy),
        column(EpochRow::valLoss),
        column(EpochRow::valAccuracy),
        config.architecture().classes());
  }

  private List<Double> column(Function<EpochRow, Double> of) {
    return history.stream().map(of).toList();
  }
}
