package org.epochflow.pipeline.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a challenger must do on the test data to become the champion. Accuracies on the same
 * examples are compared by their counts: a difference of counts is exact, one of shares is not.
 *
 * @param minAccuracy the least accuracy; none where null
 * @param minTopKAccuracy the least top-k accuracy; none where null
 * @param minF1 the least macro mean of the classes' f1; none where null
 * @param maxEce the largest expected calibration error; any where null
 * @param improvementOf the figure that must be better than the champion's
 * @param minImprovement by how much at least it must be better; strictly better where null
 * @param maxClassDrop by how much at most a class's share of right answers may be below the
 *     champion's; any where null
 */
public record Gates(
    @Nullable Double minAccuracy,
    @Nullable Double minTopKAccuracy,
    @Nullable Double minF1,
    @Nullable Double maxEce,
    Figure improvementOf,
    @Nullable Double minImprovement,
    @Nullable Double maxClassDrop) {
  /** A figure by which versions are compared. */
  public enum Figure {
    ACCURACY("accuracy"),
    TOP_K_ACCURACY("top-k accuracy"),
    F1("f1"),
    ECE("calibration error");

    private final String words;

    Figure(String words) {
      this.words = words;
    }

    private double of(Score score) {
      @Nullable Double figure =
          switch (this) {
            case ACCURACY -> Double.valueOf(score.accuracy());
            case TOP_K_ACCURACY -> score.topKAccuracy();
            case F1 -> score.f1();
            case ECE -> score.ece();
          };
      if (figure == null) {
        throw new IllegalArgumentException(
            "Expected a test %s of version %s, found none"
                .formatted(words, Registry.name(score.version())));
      }
      return figure;
    }

    /** By how much a challenger is better than the champion, on the same examples. */
    private double improvement(Score challenger, Score champion) {
      return switch (this) {
        case ACCURACY ->
            (double) (challenger.correct() - champion.correct()) / challenger.examples();
        case TOP_K_ACCURACY, F1 -> of(challenger) - of(champion);
        case ECE -> of(champion) - of(challenger);
      };
    }
  }

  /** Gates of the accuracy alone. */
  public Gates(
      @Nullable Double minAccuracy,
      @Nullable Double minImprovement,
      @Nullable Double maxClassDrop) {
    this(minAccuracy, null, null, null, Figure.ACCURACY, minImprovement, maxClassDrop);
  }

  /** Whether a top-k accuracy is asked for. */
  public boolean needsTopK() {
    return minTopKAccuracy != null || improvementOf == Figure.TOP_K_ACCURACY;
  }

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
    failed.addAll(below(Figure.ACCURACY, challenger, "minAccuracy", minAccuracy));
    failed.addAll(below(Figure.TOP_K_ACCURACY, challenger, "minTopKAccuracy", minTopKAccuracy));
    failed.addAll(below(Figure.F1, challenger, "minF1", minF1));
    if (maxEce != null && Figure.ECE.of(challenger) > maxEce) {
      failed.add(
          "test calibration error %s is above --maxEce=%s"
              .formatted(figure(Figure.ECE.of(challenger)), maxEce));
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

  private static List<String> below(
      Figure figure, Score challenger, String option, @Nullable Double least) {
    return least == null || figure.of(challenger) >= least
        ? List.of()
        : List.of(
            "test %s %s is below --%s=%s"
                .formatted(figure.words, figure(figure.of(challenger)), option, least));
  }

  private List<String> notBetter(Score challenger, Score champion) {
    double improvement = improvementOf.improvement(challenger, champion);
    if (minImprovement == null) {
      return improvement > 0 ? List.of() : List.of(compared(challenger, champion));
    }
    return improvement >= minImprovement
        ? List.of()
        : List.of(
            "%s, less than --minImprovement=%s"
                .formatted(compared(challenger, champion), minImprovement));
  }

  private String compared(Score challenger, Score champion) {
    double its = improvementOf.of(challenger);
    double before = improvementOf.of(champion);
    return "test %s %s is %s version %s's %s"
        .formatted(
            improvementOf.words,
            figure(its),
            its == before ? "equal to" : its > before ? "above" : "below",
            Registry.name(champion.version()),
            figure(before));
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
