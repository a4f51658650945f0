package org.epochflow.model.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.epochflow.model.random.Bijection;
import org.epochflow.model.random.CounterRandom;
import org.epochflow.model.random.Purpose;

/**
 * Decides by index alone whether an example is for validation or for training: exact, and a pure
 * function of (seed, index, n).
 *
 * <p>Those validate whose image under a seeded bijection of 0..n-1 is in a range. Of a share, as
 * scikit-learn's train_test_split has it, the range is the first {@code ceil(validation * n)}.
 * Folds cut all of 0..n-1 into ranges, the first {@code n mod folds} of them by one longer: every
 * example validates in exactly one fold.
 *
 * <p>Stratified, the same holds within every class over an example's rank in it. The classes'
 * numbers are the exact shares rounded by largest remainder, so that each differs from its share by
 * less than one; a class's longer folds are those that come after the longer ones of the class
 * before, so that the folds' sizes are the same as without.
 */
public final class Split {
  private final boolean stratify;
  private final List<Stratum> strata = new ArrayList<>();

  /**
   * The examples that are split among themselves; the images {@code from} to {@code to} validate.
   */
  private record Stratum(Bijection order, long from, long to) {
    boolean validates(long rank) {
      long image = order.of(rank);
      return from <= image && image < to;
    }
  }

  /** A range of images, from one to another, exclusive. */
  private record Range(long from, long to) {}

  /**
   * @param perClass how many examples each class has
   */
  public Split(SplitRule rule, long seed, List<Long> perClass) {
    stratify = rule.stratify();
    List<Long> sizes = stratify ? perClass : List.of(sum(perClass));
    List<Range> ranges = rule.folds() == 0 ? shares(rule, sizes) : folds(rule, sizes);
    for (int i = 0; i < sizes.size(); i++) {
      Bijection order = new Bijection(CounterRandom.key(seed, Purpose.SPLIT, i), sizes.get(i));
      strata.add(new Stratum(order, ranges.get(i).from, ranges.get(i).to));
    }
  }

  private static long sum(List<Long> sizes) {
    return sizes.stream().mapToLong(Long::longValue).sum();
  }

  /** How many examples validate. */
  public long validationExamples() {
    return strata.stream().mapToLong(stratum -> stratum.to - stratum.from).sum();
  }

  /**
   * Whether an example validates.
   *
   * @param index among all examples
   * @param label its class
   * @param rank the number of examples of its class before it
   */
  public boolean validates(long index, int label, long rank) {
    return stratify ? strata.get(label).validates(rank) : strata.get(0).validates(index);
  }

  /**
   * How many of a run of examples validate, without looking at them.
   *
   * @param index the first one's; {@code ranks} the first of each class's, {@code perClass} how
   *     many of each class the run has
   */
  public int validating(long index, int count, long[] ranks, List<Integer> perClass) {
    int validating = 0;
    if (!stratify) {
      for (long i = index; i < index + count; i++) {
        validating += validates(i, 0, 0) ? 1 : 0;
      }
      return validating;
    }
    for (int c = 0; c < ranks.length; c++) {
      for (long rank = ranks[c]; rank < ranks[c] + perClass.get(c); rank++) {
        validating += validates(0, c, rank) ? 1 : 0;
      }
    }
    return validating;
  }

  private static List<Range> folds(SplitRule rule, List<Long> sizes) {
    List<Range> ranges = new ArrayList<>();
    int longerBefore = 0;
    for (long size : sizes) {
      int longer = (int) (size % rule.folds());
      long from = start(rule.fold() - 1, rule.folds(), size, longerBefore);
      long to = start(rule.fold(), rule.folds(), size, longerBefore);
      ranges.add(new Range(from, to));
      longerBefore = (longerBefore + longer) % rule.folds();
    }
    return ranges;
  }

  /** Where the range of the fold after {@code before} others begins. */
  private static long start(int before, int folds, long size, int firstLonger) {
    int longer = (int) (size % folds);
    long longerBefore =
        IntStream.range(0, before)
            .filter(f -> Math.floorMod(f - firstLonger, folds) < longer)
            .count();
    return before * (size / folds) + longerBefore;
  }

  private static List<Range> shares(SplitRule rule, List<Long> sizes) {
    long n = sum(sizes);
    long validation = (long) Math.ceil(rule.validation() * n);
    List<Long> quotas = n == 0 ? sizes : quotas(validation, n, sizes);
    return quotas.stream().map(quota -> new Range(0, quota)).toList();
  }

  private static List<Long> quotas(long validation, long n, List<Long> perClass) {
    long[] quotas = new long[perClass.size()];
    long[] remainders = new long[perClass.size()];
    long given = 0;
    for (int c = 0; c < quotas.length; c++) {
      long share = Math.multiplyExact(validation, perClass.get(c));
      quotas[c] = share / n;
      remainders[c] = share % n;
      given += quotas[c];
    }
    List<Integer> order = new ArrayList<>();
    for (int c = 0; c < quotas.length; c++) {
      order.add(c);
    }
    order.sort(Comparator.comparing((Integer c) -> -remainders[c]));
    for (int i = 0; i < validation - given; i++) {
      quotas[order.get(i)]++;
    }
    List<Long> list = new ArrayList<>();
    for (long quota : quotas) {
      list.add(quota);
    }
    return list;
  }
}
