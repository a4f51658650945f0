package org.epochflow.model.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The diagnosis of learning curves, by the first of these rules that applies:
 *
 * <ol>
 *   <li>{@link Verdict#DIVERGING}: a loss is not finite; or the training loss is above guessing's,
 *       {@code ln(classes)}, by a tenth and has not fallen; or it has risen from its lowest by half
 *       and by a tenth of guessing's.
 *   <li>{@link Verdict#UNDERFITTING}: neither the training nor the validation loss is below half of
 *       guessing's (McFadden's R<sup>2</sup>, {@code 1 - loss / ln(classes)}, is below 0.5).
 *   <li>{@link Verdict#OVERFITTING}: in the last two epochs the validation loss is above its lowest
 *       by 5 % or more, while the training loss fell.
 *   <li>{@link Verdict#TOO_NOISY}: of 6 epochs or more, the validation loss goes up and down at
 *       least every second epoch, and half of its typical bend is above 5 % of it.
 *   <li>{@link Verdict#STILL_IMPROVING}: the last epoch is the best, and the validation loss fell
 *       by 1 % an epoch or more in the last three; or there is one epoch only.
 *   <li>{@link Verdict#OVERFITTING} too: the training accuracy is above the validation accuracy by
 *       0.1 or more, with dropout counting against it.
 *   <li>{@link Verdict#GOOD_FIT}: none of these.
 * </ol>
 *
 * @param fromEpoch where overfitting began, from 1; 0 in the other cases
 * @param evidence the figures that say so, in a sentence
 * @param advice what to try next, in a sentence
 */
public record Diagnosis(Verdict verdict, int fromEpoch, String evidence, String advice) {
  private static final double ABOVE_GUESSING = 1.1;
  private static final double RISEN = 1.5;
  private static final double UNLEARNT = 0.5;
  private static final double RISE = 0.05;
  private static final double NOISE = 0.05;
  private static final int NOISE_EPOCHS = 6;
  private static final double FALL = 0.01;
  private static final int FALL_EPOCHS = 3;
  private static final double GAP = 0.1;

  /** The kinds of curves. */
  public enum Verdict {
    DIVERGING("diverging"),
    UNDERFITTING("underfitting"),
    OVERFITTING("overfitting"),
    TOO_NOISY("too noisy"),
    STILL_IMPROVING("still improving"),
    GOOD_FIT("a good fit");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }
  }

  /** {@code overfitting from epoch 7}. */
  public String title() {
    return fromEpoch > 0 ? verdict.words + " from epoch " + fromEpoch : verdict.words;
  }

  /** The diagnosis of these curves. */
  public static Diagnosis of(LearningCurves curves) {
    return notFinite(curves)
        .or(() -> diverging(curves))
        .or(() -> underfitting(curves))
        .or(() -> risingValidation(curves))
        .or(() -> noisy(curves))
        .or(() -> improving(curves))
        .or(() -> gap(curves))
        .orElseGet(() -> goodFit(curves));
  }

  private static Optional<Diagnosis> notFinite(LearningCurves of) {
    return IntStream.range(0, of.epochs())
        .filter(e -> !Double.isFinite(of.loss().get(e)) || !Double.isFinite(of.valLoss().get(e)))
        .mapToObj(e -> diverges(text("The loss of epoch %d is not finite.", e + 1)))
        .findFirst();
  }

  private static Optional<Diagnosis> diverging(LearningCurves of) {
    double first = of.loss().get(0);
    double last = LearningCurves.last(of.loss());
    int lowest = LearningCurves.lowest(of.loss());
    double least = of.loss().get(lowest);
    if (of.epochs() > 1 && last > ABOVE_GUESSING * of.guessing() && last >= first) {
      return Optional.of(
          diverges(
              text(
                  "The training loss, %.4f, has not fallen since the first epoch (%.4f), and"
                      + " guessing would give %.4f.",
                  last, first, of.guessing())));
    } else if (last > RISEN * least && last - least > (ABOVE_GUESSING - 1) * of.guessing()) {
      return Optional.of(
          diverges(
              text(
                  "The training loss rose from %.4f in epoch %d to %.4f in epoch %d.",
                  least, lowest + 1, last, of.epochs())));
    }
    return Optional.empty();
  }

  private static Diagnosis diverges(String evidence) {
    return new Diagnosis(
        Verdict.DIVERGING,
        0,
        evidence,
        "Start again with a tenth of the learning rate. If that does not help, check the data, and"
            + " try larger minibatches.");
  }

  private static Optional<Diagnosis> underfitting(LearningCurves of) {
    double loss = LearningCurves.last(of.loss());
    double valLoss = LearningCurves.last(of.valLoss());
    if (Math.min(loss, valLoss) < UNLEARNT * of.guessing()) {
      return Optional.empty();
    }
    String evidence =
        text(
            "After %s the training loss is %.4f and the validation loss %.4f; guessing would give"
                + " %.4f. The training accuracy is %.4f.",
            epochs(of.epochs()), loss, valLoss, of.guessing(), LearningCurves.last(of.accuracy()));
    String advice =
        of.best() == of.epochs() - 1
            ? "It is still learning: raise the learning rate (ten times), or train for more epochs."
            : "It has stopped learning: try a larger network or less dropout, then another learning"
                + " rate.";
    return Optional.of(new Diagnosis(Verdict.UNDERFITTING, 0, evidence, advice));
  }

  private static Optional<Diagnosis> risingValidation(LearningCurves of) {
    int best = of.best();
    int last = of.epochs() - 1;
    double bound = (1 + RISE) * of.valLoss().get(best);
    boolean rose =
        last - best >= 2 && of.valLoss().get(last) >= bound && of.valLoss().get(last - 1) >= bound;
    if (!rose || of.loss().get(last) >= of.loss().get(best)) {
      return Optional.empty();
    }
    return Optional.of(
        overfits(
            best + 2,
            text(
                "The validation loss was lowest in epoch %d (%.4f) and rose to %.4f (+%.0f %%) in"
                    + " epoch %d, while the training loss fell from %.4f to %.4f; accuracy %.4f in"
                    + " training, %.4f in validation.",
                best + 1,
                of.valLoss().get(best),
                of.valLoss().get(last),
                100 * (of.valLoss().get(last) / of.valLoss().get(best) - 1),
                last + 1,
                of.loss().get(best),
                of.loss().get(last),
                of.accuracy().get(last),
                of.valAccuracy().get(last))));
  }

  private static Optional<Diagnosis> gap(LearningCurves of) {
    int from = of.epochs();
    while (from > 0 && of.accuracy().get(from - 1) - of.valAccuracy().get(from - 1) >= GAP) {
      from--;
    }
    return from == of.epochs()
        ? Optional.empty()
        : Optional.of(
            overfits(
                from + 1,
                text(
                    "Since epoch %d the training accuracy has been at least %.1f above the validation"
                        + " accuracy; in the last epoch it was %.4f against %.4f.",
                    from + 1,
                    GAP,
                    LearningCurves.last(of.accuracy()),
                    LearningCurves.last(of.valAccuracy()))));
  }

  private static Diagnosis overfits(int fromEpoch, String evidence) {
    return new Diagnosis(
        Verdict.OVERFITTING,
        fromEpoch,
        evidence,
        "More examples help most. Otherwise try more dropout, a smaller network, or stopping earlier"
            + " (the model of the best epoch is kept).");
  }

  private static Optional<Diagnosis> noisy(LearningCurves of) {
    if (of.epochs() < NOISE_EPOCHS) {
      return Optional.empty();
    }
    List<Double> steep = of.valLoss().subList(1, of.epochs()); // the first epoch's fall is no noise
    List<Double> bends = new ArrayList<>();
    int turns = 0;
    for (int i = 1; i < steep.size() - 1; i++) {
      double before = steep.get(i) - steep.get(i - 1);
      double after = steep.get(i + 1) - steep.get(i);
      bends.add(Math.abs(after - before) / 2);
      turns += before * after < 0 ? 1 : 0;
    }
    double level = median(steep);
    if (turns * 2 < bends.size() || median(bends) <= NOISE * level) {
      return Optional.empty();
    }
    return Optional.of(
        new Diagnosis(
            Verdict.TOO_NOISY,
            0,
            text(
                "The validation loss changed direction %d times in %s, by %.4f each time, around a level of"
                    + " %.4f.",
                turns, epochs(of.epochs()), median(bends), level),
            "Lower the learning rate or use larger minibatches. A larger validation set gives steadier"
                + " figures."));
  }

  private static Optional<Diagnosis> improving(LearningCurves of) {
    int last = of.epochs() - 1;
    int over = Math.min(FALL_EPOCHS, last);
    if (over == 0) {
      return Optional.of(
          improves(
              text(
                  "One epoch shows no trend yet: training loss %.4f, validation loss %.4f.",
                  of.loss().get(0), of.valLoss().get(0))));
    }
    double before = of.valLoss().get(last - over);
    double fall = (before - of.valLoss().get(last)) / before / over;
    return of.best() < last || fall < FALL
        ? Optional.empty()
        : Optional.of(
            improves(
                text(
                    "The last epoch is the best: the validation loss was still falling by %.1f %% per"
                        + " epoch, to %.4f; the training loss is %.4f.",
                    100 * fall, of.valLoss().get(last), of.loss().get(last))));
  }

  private static Diagnosis improves(String evidence) {
    return new Diagnosis(
        Verdict.STILL_IMPROVING, 0, evidence, "Train for more epochs: a resumed run continues.");
  }

  private static Diagnosis goodFit(LearningCurves of) {
    int best = of.best();
    return new Diagnosis(
        Verdict.GOOD_FIT,
        0,
        text(
            "The validation loss was lowest in epoch %d of %d (%.4f); the training loss was %.4f there."
                + " The accuracy was %.4f in validation and %.4f in training.",
            best + 1,
            of.epochs(),
            of.valLoss().get(best),
            of.loss().get(best),
            of.valAccuracy().get(best),
            of.accuracy().get(best)),
        "To do better, try a larger network or more examples, one change at a time.");
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static String epochs(int count) {
    return count == 1 ? "1 epoch" : count + " epochs";
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  /** Its three sentences. */
  public Stream<String> lines() {
    return Stream.of("Diagnosis: " + title(), evidence, advice);
  }
}
