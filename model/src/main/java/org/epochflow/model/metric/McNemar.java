package org.epochflow.model.metric;

import java.util.Locale;

/**
 * McNemar's test of whether two classifiers err equally often, from the examples on which only one
 * of them is right.
 *
 * <p>With {@code b = onlyFirst}, {@code c = onlySecond}, {@code n = b + c}: {@code statistic = (|b
 * - c| - 1)^2 / n}, Edwards's continuity correction, 0 where {@code b = c}; {@code pValue = min(1,
 * 2 sum_{i=0}^{min(b, c)} C(n, i) / 2^n)}, two-sided and exact. A small {@code pValue} says that
 * chance alone would seldom make them differ so.
 *
 * @param onlyFirst examples that the first gets right and the second wrong
 * @param onlySecond the other way round
 */
public record McNemar(long onlyFirst, long onlySecond) {
  public McNemar {
    if (onlyFirst < 0 || onlySecond < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "Expected counts of 0 or more, found %d and %d", onlyFirst, onlySecond));
    }
  }

  /** Approximately chi-squared with one degree of freedom. */
  public double statistic() {
    double difference = Math.abs(onlyFirst - onlySecond);
    return difference == 0 ? 0 : (difference - 1) * (difference - 1) / (onlyFirst + onlySecond);
  }

  /** How probable it is that classifiers which err equally often differ at least so much. */
  public double pValue() {
    long n = onlyFirst + onlySecond;
    long least = Math.min(onlyFirst, onlySecond);
    double logTerm = -n * StrictMath.log(2);
    for (long i = 1; i <= least; i++) {
      logTerm += StrictMath.log((double) (n - least + i) / i);
    }
    double term = 1; // of the largest i, to which the others are relative
    double sum = 0;
    for (long i = least; i >= 0; i--) {
      sum += term;
      term *= (double) i / (n - i + 1);
    }
    return Math.min(1, 2 * sum * StrictMath.exp(logTerm));
  }
}
