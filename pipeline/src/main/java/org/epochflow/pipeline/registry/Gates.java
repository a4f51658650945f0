package org.epochflow.pipeline.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a challenger must do on the test data to become the champion. Shares of the same examples
 * are compared by their counts: a difference of counts is exact, one of shares is not.
 *
 * @param minAccuracy the least accuracy; none where null
 * @param minImprovement by how much its accuracy must at least be above the champion's; strictly
 *     better where null
 * @param maxClassDrop by how much at most a class's share of right answers may be below the
 *     champion's; any where null
 */
public record Gates(
    @Nullable Double minAccuracy, @Nullable Double minImprovement, @Nullable Double maxClassDrop) {
  /**
   * Whether it passed.
   *
   * @param why every gate that it failed, or the figure by which it is better
   */
  public record Verdict(boolean passed, String why) {}

  /**
   * Judges a challenger; the first version has no champion before it.
   *
   * @param names of the classes
   */
  public Verdict judge(Score challenger, Optional<Score> champion, List<String> names) {
    List<String> failed = new ArrayList<>();
    if (minAccuracy != null && challenger.accuracy() < minAccuracy) {
      failed.add(
          "test accuracy %s is below --minAccuracy=%s"
              .formatted(figure(challenger.accuracy()), minAccuracy));
    }
    champion.ifPresent(
        other -> {
          failed.addAll(notBetter(challenger, other));
          failed.addAll(dropped(challenger, other, names));
        });
    return failed.isEmpty()
        ? new Verdict(true, champion.map(c -> compared(challenger, c)).orElse("the first version"))
        : new Verdict(false, String.join("; ", failed));
  }

  private List<String> notBetter(Score challenger, Score champion) {
    double improvement =
        (double) (challenger.correct() - champion.correct()) / challenger.examples();
    if (minImprovement == null) {
      return improvement > 0 ? List.of() : List.of(compared(challenger, champion));
    }
    return improvement >= minImprovement
        ? List.of()
        : List.of(
            "%s, less than --minImprovement=%s"
                .formatted(compared(challenger, champion), minImprovement));
  }

  private static String compared(Score challenger, Score champion) {
    long more = challenger.correct() - champion.correct();
    return "test accuracy %s is %s version %s's %s"
        .formatted(
            figure(challenger.accuracy()),
            more == 0 ? "equal to" : more > 0 ? "above" : "below",
            Registry.name(champion.version()),
            figure(champion.accuracy()));
  }

  private List<String> dropped(Score challenger, Score champion, List<String> names) {
    List<String> failed = new ArrayList<>();
    if (maxClassDrop == null) {
      return failed;
    }
    for (int c = 0; c < champion.perClassCounts().size(); c++) {
      Score.Count before = champion.perClassCounts().get(c);
      Score.Count after = challenger.perClassCounts().get(c);
      if (drop(before, after) > maxClassDrop) {
        failed.add(
            "class %s fell from %s to %s, more than --maxClassDrop=%s"
                .formatted(
                    names.get(c), figure(before.share()), figure(after.share()), maxClassDrop));
      }
    }
    return failed;
  }

  private static double drop(Score.Count before, Score.Count after) {
    return new Score.Count(before.correct() - after.correct(), before.examples()).share();
  }

  static String figure(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
