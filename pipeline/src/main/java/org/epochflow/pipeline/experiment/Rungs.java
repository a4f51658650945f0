package org.epochflow.pipeline.experiment;

import java.util.ArrayList;
import java.util.List;

/**
 * A plan of synchronous successive halving (Jamieson and Talwalkar, 2016): in every rung the
 * remaining trials train to a given number of epochs, and the best of them are promoted to the next
 * rung.
 *
 * @param rungs the last has all epochs
 */
public record Rungs(List<Rung> rungs) {
  /**
   * One rung.
   *
   * @param trials how many are trained in it
   * @param epochs how many each has at its end, at most
   */
  public record Rung(int trials, int epochs) {}

  public Rungs {
    rungs = List.copyOf(rungs);
  }

  /** No halving: every trial is trained to its end. */
  public static Rungs one(int trials, int epochs) {
    return new Rungs(List.of(new Rung(trials, epochs)));
  }

  /**
   * As many rungs as trials and epochs allow: the last has {@code epochs}, each before it a {@code
   * reduction}th of the next one's epochs and that many times its trials.
   *
   * @param reduction 2 or more
   */
  public static Rungs halving(int trials, int epochs, int reduction) {
    List<Rung> rungs = new ArrayList<>();
    int promotions = Math.min(promotions(trials, reduction), promotions(epochs, reduction));
    int left = trials;
    for (int rung = 0; rung <= promotions; rung++) {
      long divisor = power(reduction, promotions - rung);
      rungs.add(new Rung(left, (int) ((epochs + divisor - 1) / divisor)));
      left /= reduction;
    }
    return new Rungs(rungs);
  }

  /** How often a number can be divided and leave 1 or more. */
  private static int promotions(int number, int reduction) {
    return number < reduction ? 0 : 1 + promotions(number / reduction, reduction);
  }

  private static long power(int base, int exponent) {
    return exponent == 0 ? 1 : base * power(base, exponent - 1);
  }

  /** How many epochs it takes in all, if none stops early. */
  public long epochs() {
    long sum = 0;
    int before = 0;
    for (Rung rung : rungs) {
      sum += (long) rung.trials * (rung.epochs - before);
      before = rung.epochs;
    }
    return sum;
  }

  /** The largest number of trials whose halving stays within a budget; 0 if there is none. */
  public static int mostTrials(long budget, int epochs, int reduction) {
    int most = 0;
    for (int trials = 1; trials <= Math.min(budget, MOST_TRIALS); trials++) {
      most = halving(trials, epochs, reduction).epochs() <= budget ? trials : most;
    }
    return most;
  }

  /** What a tuning may have. */
  public static final int MOST_TRIALS = 10_000;
}
