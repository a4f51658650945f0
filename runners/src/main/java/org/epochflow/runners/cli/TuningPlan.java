package org.epochflow.runners.cli;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.epochflow.pipeline.experiment.Dimension;
import org.epochflow.pipeline.experiment.Rungs;
import org.epochflow.pipeline.experiment.Space;
import org.jspecify.annotations.Nullable;

/** Which trials of a space a tuning has, and how far each rung trains them. */
record TuningPlan(Space space, List<Map<String, String>> points, Rungs rungs) {
  private static final Map<String, Set<String>> IDLE =
      Map.of(
          "grid", Set.of("trials", "reduction"),
          "random", Set.of("points", "reduction"),
          "halving", Set.of("points"));

  /**
   * @param given the options that were typed
   * @throws UsageException where the search does not take an option, or the budget is too small
   */
  static TuningPlan of(TuneOptions options, Space space, Set<String> given) {
    String search = options.getSearch();
    Set<String> idle = new TreeSet<>(IDLE.getOrDefault(search, Set.of()));
    idle.retainAll(given);
    if (!idle.isEmpty()) {
      throw new UsageException(
          "--%s %s nothing to --search=%s"
              .formatted(String.join(" and --", idle), idle.size() == 1 ? "does" : "do", search));
    }
    return search.equals("grid") ? grid(options, space) : drawn(options, space);
  }

  private static TuningPlan grid(TuneOptions options, Space space) {
    if (space.gridSize() > Rungs.MOST_TRIALS) {
      throw new UsageException(
          "Expected a grid of at most %d trials, found a larger one".formatted(Rungs.MOST_TRIALS));
    }
    List<Map<String, String>> points = space.grid();
    Rungs rungs = Rungs.one(points.size(), epochs(options, space));
    @Nullable Integer budget = options.getBudget();
    if (budget != null && rungs.epochs() > budget) {
      throw new UsageException(
          "Expected --budget of %d or more, which %d trials of --epochs=%d may take, found %d"
              .formatted(rungs.epochs(), points.size(), epochs(options, space), budget));
    }
    return new TuningPlan(space, points, rungs);
  }

  private static TuningPlan drawn(TuneOptions options, Space space) {
    int epochs = epochs(options, space);
    boolean halving = options.getSearch().equals("halving");
    int trials = trials(options, epochs, halving);
    List<Map<String, String>> points = space.random(trials, options.getSeed());
    if (points.size() < trials) {
      throw new UsageException(
          "Expected as many combinations as trials, %d, found %d; --search=grid tries them all"
              .formatted(trials, points.size()));
    }
    return new TuningPlan(
        space,
        points,
        halving
            ? Rungs.halving(trials, epochs, options.getReduction())
            : Rungs.one(trials, epochs));
  }

  private static int trials(TuneOptions options, int epochs, boolean halving) {
    @Nullable Integer trials = options.getTrials();
    @Nullable Integer budget = options.getBudget();
    if ((trials == null) == (budget == null)) {
      throw new UsageException(
          "--search=%s needs --trials=N or --budget=EPOCHS, not both"
              .formatted(options.getSearch()));
    } else if (trials != null) {
      return trials;
    }
    int most = halving ? Rungs.mostTrials(budget, epochs, options.getReduction()) : budget / epochs;
    if (most == 0) {
      throw new UsageException(
          "Expected --budget of %d or more, the epochs of one trial, found %d"
              .formatted(epochs, budget));
    }
    return Math.min(most, Rungs.MOST_TRIALS);
  }

  /** The most that a trial has. */
  private static int epochs(TuneOptions options, Space space) {
    return space.dimensions().stream()
        .filter(dimension -> dimension.option().equals("epochs"))
        .flatMap(dimension -> largest(dimension).stream())
        .mapToInt(Integer::parseInt)
        .max()
        .orElse(options.getEpochs());
  }

  private static List<String> largest(Dimension dimension) {
    return dimension instanceof Dimension.Range range
        ? List.of(range.to().toPlainString())
        : dimension.grid();
  }
}
