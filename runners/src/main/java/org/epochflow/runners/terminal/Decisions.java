package org.epochflow.runners.terminal;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.epochflow.pipeline.registry.Drift;
import org.epochflow.pipeline.registry.Ledger;
import org.epochflow.pipeline.registry.LedgerEntry;
import org.epochflow.pipeline.registry.LedgerEntry.Comparison;
import org.epochflow.pipeline.registry.LedgerEntry.Figures;
import org.epochflow.pipeline.registry.Registry;
import org.epochflow.pipeline.registry.Retraining;
import org.epochflow.pipeline.registry.Score;
import org.jspecify.annotations.Nullable;

/** The decisions of a registry as text. Each line ends with a line feed. */
public final class Decisions {
  private Decisions() {}

  /** Returns the result of a retraining. */
  public static String told(Retraining.Night night) {
    LedgerEntry decision = night.decision();
    if (night.nothingNew()) {
      return "Nothing to do: nothing is new since %s, which was %s on %s: %s\n"
          .formatted(
              version(decision), decision.decision().word(), decision.when(), decision.why());
    }
    return "\n" + of(decision) + "\n";
  }

  /** Returns a decision with all its figures. */
  public static String of(LedgerEntry entry) {
    StringBuilder text = new StringBuilder();
    text.append("%s %s: %s\n".formatted(version(entry), entry.decision().word(), entry.why()));
    @Nullable Figures figures = entry.figures();
    if (figures != null) {
      text.append(line("challenger", figures.challenger()));
      @Nullable Score champion = figures.champion();
      if (champion != null) {
        text.append(line("champion", champion));
      }
      @Nullable Comparison comparison = figures.comparison();
      if (comparison != null) {
        text.append(line(comparison));
      }
    }
    @Nullable Drift drift = entry.drift();
    if (drift != null) {
      text.append(line(drift));
    }
    return text.toString();
  }

  private static String line(String role, Score score) {
    String line =
        String.format(
            Locale.ROOT,
            "  %-10s %s  loss: %.4f  accuracy: %.4f  (%,d test examples)%n",
            role,
            Registry.name(score.version()),
            score.loss(),
            score.accuracy(),
            score.examples());
    String more =
        figure("f1", score.f1())
            + figure("calibration error", score.ece())
            + figure("top-k accuracy", score.topKAccuracy());
    return more.isEmpty() ? line : line + " ".repeat(18) + more + "\n";
  }

  private static String figure(String name, @Nullable Double value) {
    return value == null ? "" : String.format(Locale.ROOT, "  %s: %.4f", name, value);
  }

  private static String line(Comparison comparison) {
    return String.format(
        Locale.ROOT,
        "  McNemar's test: only challenger right %d, only champion right %d; chi-squared %.2f, p = %.3g%n",
        comparison.onlyChallenger(),
        comparison.onlyChampion(),
        comparison.mcnemar(),
        comparison.pValue());
  }

  private static String line(Drift drift) {
    return String.format(
        Locale.ROOT,
        "  Drift from the champion's data: class balance %.4f, pixel mean %.4f, deviation %.4f%n",
        drift.classBalance(),
        drift.pixelMean(),
        drift.pixelDeviation());
  }

  private static String version(LedgerEntry entry) {
    @Nullable Integer version = entry.version();
    return version == null ? "Next version" : "Version " + Registry.name(version);
  }

  /** Returns a table of the trained versions, with a star at the champion. */
  public static String versions(Ledger ledger) {
    List<LedgerEntry> trained =
        ledger.entries().stream().filter(entry -> entry.figures() != null).toList();
    return "version   test accuracy    loss  decision     when                  why\n"
        + trained.stream().map(e -> row(e, ledger.champion())).collect(Collectors.joining());
  }

  private static String row(LedgerEntry entry, Optional<Integer> champion) {
    @Nullable Figures figures = entry.figures();
    if (figures == null) {
      throw new IllegalArgumentException("Expected an entry with figures, found " + entry);
    }
    Score score = figures.challenger();
    return String.format(
        Locale.ROOT,
        "%s %s  %13.4f  %6.4f  %-11s  %s  %s%n",
        Registry.name(score.version()),
        champion.equals(Optional.of(score.version())) ? "*" : " ",
        score.accuracy(),
        score.loss(),
        entry.decision().word(),
        entry.when(),
        entry.why());
  }

  /** Returns one line for each decision. */
  public static String story(Ledger ledger) {
    return ledger.entries().stream()
        .map(
            entry ->
                "%s  %s %s: %s\n"
                    .formatted(entry.when(), version(entry), entry.decision().word(), entry.why()))
        .collect(Collectors.joining());
  }
}
