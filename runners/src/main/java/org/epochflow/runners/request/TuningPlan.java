package org.epochflow.runners.request;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.epochflow.pipeline.experiment.Dimension;
import org.epochflow.pipeline.experiment.Rungs;
import org.epochflow.pipeline.experiment.Space;
import org.epochflow.runners.option.TrainingOptions;
import org.epochflow.runners.option.TuningOptions;
import org.epochflow.runners.option.UsageException;
import org.jspecify.annotations.Nullable;

/** Which trials of a space a tuning has, and how far each rung trains them. */
public record TuningPlan(Space space, List<Map<String, String>> points, Rungs rungs) {
  private static final Map<String, Set<String>> IDLE =
      Map.of(
          "grid", Set.of("trials", "reduction"),
          "random", Set.of("points", "reduction"),
          "halving", Set.of("points"));

  /**
   * The plan that these options ask for.
   *
   * @param given the options that were typed
   * @throws UsageException where the search does not take an option, or the budget is too small
   */
  public static TuningPlan of(
      TuningOptions options, TrainingOptions training, Space space, Set<String> given) {
    String search = options.search;
    Set<String> idle = new TreeSet<>(IDLE.getOrDefault(search, Set.of()));
    idle.retainAll(given);
    if (!idle.isEmpty()) {
      throw new UsageException(
          "--%s %s nothing to --search=%s"
              .formatted(String.join(" and --", idle), idle.size() == 1 ? "does" : "do", search));
    }
    return search.equals("grid") ? grid(options, training, space) : drawn(options, training, space);
  }

  private static TuningPlan grid(TuningOptions options, TrainingOptions training, Space space) {
    BigInteger size = space.gridSize();
    if (size.compareTo(BigInteger.valueOf(Rungs.MOST_TRIALS)) > 0) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Expected a grid of at most %d trials, found %d",
              Rungs.MOST_TRIALS,
              size));
    }
    List<Map<String, String>> points = space.grid();
    Rungs rungs = Rungs.one(points.size(), epochs(training, space));
    @Nullable Integer budget = options.budget;
    if (budget != null && rungs.epochs() > budget) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Expected --budget of %d or more, which %d trials of --epochs=%d may take, found %d",
              rungs.epochs(),
              points.size(),
              epochs(training, space),
              budget));
    }
    return new TuningPlan(space, points, rungs);
  }

  private static TuningPlan drawn(TuningOptions options, TrainingOptions training, Space space) {
    int epochs = epochs(training, space);
    boolean halving = options.search.equals("halving");
    int trials = trials(options, epochs, halving);
    List<Map<String, String>> points = space.random(trials, training.seed);
    if (points.size() < trials) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Expected as many combinations as trials, %d, found %d; --search=grid tries them all",
              trials,
              points.size()));
    }
    return new TuningPlan(
        space,
        points,
        halving ? Rungs.halving(trials, epochs, options.reduction) : Rungs.one(trials, epochs));
  }

  private static int trials(TuningOptions options, int epochs, boolean halving) {
    @Nullable Integer trials = options.trials;
    @Nullable Integer budget = options.budget;
    if ((trials == null) == (budget == null)) {
      throw new UsageException(
          "--search=%s needs --trials=N or --budget=EPOCHS, not both".formatted(options.search));
    } else if (trials != null) {
      return trials;
    }
    int most = halving ? Rungs.mostTrials(budget, epochs, options.reduction) : budget / epochs;
    if (most == 0) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Expected --budget of %d or more, the epochs of one trial, found %d",
              epochs,
              budget));
    }
    return Math.min(most, Rungs.MOST_TRIALS);
  }

  /** The most that a trial has. */
  private static int epochs(TrainingOptions training, Space space) {
    return space.dimensions().stream()
        .filter(dimension -> dimension.option().equals("epochs"))
        .flatMap(dimension -> largest(dimension).stream())
        .mapToInt(Integer::parseInt)
        .max()
        .orElse(training.epochs);
  }

  private static List<String> largest(Dimension dimension) {
    return dimension instanceof Dimension.Range range
        ? List.of(range.to().toPlainString())
        : dimension.grid();
  }
}
