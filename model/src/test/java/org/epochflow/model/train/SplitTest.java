package org.epochflow.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Splits are exact, stratified to less than one example, and pure. */
class SplitTest {
  private static SplitRule rule(double validation, boolean stratify) {
    return new SplitRule(validation, stratify);
  }

  /** Those of a sequence of labels that validate. */
  private static BitSet validating(Split split, List<Integer> labels, int classes) {
    long[] ranks = new long[classes];
    BitSet validating = new BitSet();
    for (int i = 0; i < labels.size(); i++) {
      int label = labels.get(i);
      validating.set(i, split.validates(i, label, ranks[label]++));
    }
    return validating;
  }

  /** Labels in mixed order, as many of each class as asked for. */
  private static List<Integer> labels(List<Long> perClass, long seed) {
    List<Integer> labels = new ArrayList<>();
    for (int c = 0; c < perClass.size(); c++) {
      labels.addAll(Collections.nCopies(perClass.get(c).intValue(), c));
    }
    Collections.shuffle(labels, new Random(seed));
    return labels;
  }

  private static List<Long> randomClasses(Random random) {
    List<Long> perClass = new ArrayList<>();
    for (int c = 1 + random.nextInt(12); c > 0; c--) {
      perClass.add((long) random.nextInt(random.nextBoolean() ? 5 : 200));
    }
    return perClass;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theCoursesSplitIsExact(boolean stratify) {
    List<Long> perClass = Collections.nCopies(10, 6000L);
    Split split = new Split(rule(0.2, stratify), 42, perClass);
    assertEquals(12_000, split.validationExamples());
    assertEquals(12_000, validating(split, labels(perClass, 1), 10).cardinality());
  }

  @ParameterizedTest
  @CsvSource({"1, 0.2, 1", "2, 0.2, 1", "5, 0.2, 1", "6, 0.2, 2", "10, 0.25, 3", "100, 0.333, 34"})
  void theSizeIsRoundedUpAsByScikitLearn(long n, double share, long expected) {
    assertEquals(expected, new Split(rule(share, false), 1, List.of(n)).validationExamples());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anySizesAndClassesGiveTheExactNumber(boolean stratify) {
    Random random = new Random(3);
    for (int trial = 0; trial < 200; trial++) {
      List<Long> perClass = randomClasses(random);
      double share = 0.01 + 0.98 * random.nextDouble();
      Split split = new Split(rule(share, stratify), trial, perClass);
      List<Integer> labels = labels(perClass, trial);
      BitSet validating = validating(split, labels, perClass.size());
      assertEquals((long) Math.ceil(share * labels.size()), split.validationExamples());
      assertEquals(split.validationExamples(), validating.cardinality());
    }
  }

  @Test
  void stratifiedEveryClassIsWithinOneOfItsShare() {
    Random random = new Random(4);
    for (int trial = 0; trial < 200; trial++) {
      List<Long> perClass = randomClasses(random);
      Split split = new Split(rule(0.01 + 0.98 * random.nextDouble(), true), trial, perClass);
      List<Integer> labels = labels(perClass, trial);
      BitSet validating = validating(split, labels, perClass.size());
      double share = (double) split.validationExamples() / Math.max(1, labels.size());
      for (int c = 0; c < perClass.size(); c++) {
        int label = c;
        long count = validating.stream().filter(i -> labels.get(i) == label).count();
        assertTrue(Math.abs(count - share * perClass.get(c)) < 1, perClass + " class " + c);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsSplitIntoNothing(boolean stratify) {
    for (List<Long> perClass : List.of(List.<Long>of(), List.of(0L, 0L))) {
      assertEquals(0, new Split(rule(0.2, stratify), 1, perClass).validationExamples());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void membershipIsAFunctionOfSeedIndexAndSizes(boolean stratify) {
    List<Long> perClass = List.of(40L, 70L, 10L);
    List<Integer> labels = labels(perClass, 5);
    BitSet first = validating(new Split(rule(0.3, stratify), 1, perClass), labels, 3);
    assertEquals(first, validating(new Split(rule(0.3, stratify), 1, perClass), labels, 3));
    assertNotEquals(first, validating(new Split(rule(0.3, stratify), 2, perClass), labels, 3));
  }

  @Test
  void everyExampleIsAsLikelyToValidateAsAnother() {
    for (boolean stratify : new boolean[] {false, true}) {
      int[] counts = new int[20];
      int trials = 5000;
      for (int seed = 0; seed < trials; seed++) {
        Split split = new Split(rule(0.25, stratify), seed, List.of(20L));
        for (int i = 0; i < counts.length; i++) {
          counts[i] += split.validates(i, 0, i) ? 1 : 0;
        }
      }
      for (int count : counts) {
        assertEquals(0.25 * trials, count, 5 * Math.sqrt(0.25 * 0.75 * trials));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runsCountedWithoutLookingAreTheExamplesThatValidate(boolean stratify) {
    List<Long> perClass = List.of(90L, 7L, 60L);
    List<Integer> labels = labels(perClass, 6);
    Split split = new Split(rule(0.3, stratify), 8, perClass);
    BitSet validating = validating(split, labels, 3);
    long[] ranks = new long[3];
    for (int from = 0; from < labels.size(); from += 25) {
      List<Integer> run = labels.subList(from, Math.min(labels.size(), from + 25));
      List<Integer> counts = new ArrayList<>();
      for (int c = 0; c < 3; c++) {
        counts.add(Collections.frequency(run, c));
      }
      int expected = validating.get(from, from + run.size()).cardinality();
      assertEquals(expected, split.validating(from, run.size(), ranks, counts));
      for (int c = 0; c < 3; c++) {
        ranks[c] += counts.get(c);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.1, Double.NaN})
  void aShareOfNothingOrAllIsRefused(double share) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> rule(share, false));
    assertEquals("Expected validationSplit above 0 and below 1, found " + share, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"60000, 5", "103, 5", "7, 7", "11, 4", "3, 5"})
  void everyExampleValidatesInExactlyOneFold(long n, int folds) {
    for (boolean stratify : new boolean[] {false, true}) {
      requireExactFolds(List.of(n / 3, n - n / 3), folds, stratify, 9);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void foldsOfAnySizesAndClassesAreExact(boolean stratify) {
    Random random = new Random(10);
    for (int trial = 0; trial < 100; trial++) {
      requireExactFolds(randomClasses(random), 2 + random.nextInt(9), stratify, trial);
    }
  }

  /** Each example in one fold, the first folds longer by one, each class's share to within one. */
  private static void requireExactFolds(
      List<Long> perClass, int folds, boolean stratify, long seed) {
    List<Integer> labels = labels(perClass, seed);
    BitSet all = new BitSet();
    for (int fold = 1; fold <= folds; fold++) {
      Split split = new Split(SplitRule.ofFold(fold, folds, stratify), seed, perClass);
      BitSet validating = validating(split, labels, perClass.size());
      assertTrue(!all.intersects(validating), perClass + " in folds of " + folds);
      all.or(validating);
      int longer = fold <= labels.size() % folds ? 1 : 0;
      assertEquals(labels.size() / folds + longer, validating.cardinality());
      assertEquals(validating.cardinality(), split.validationExamples());
      for (int c = 0; stratify && c < perClass.size(); c++) {
        int label = c;
        long count = validating.stream().filter(i -> labels.get(i) == label).count();
        assertTrue(Math.abs(count - (double) perClass.get(c) / folds) < 1, perClass + " " + c);
      }
    }
    assertEquals(labels.size(), all.cardinality());
  }

  @Test
  void theFirstOfFiveFoldsIsTheShareOfAFifth() {
    for (long n : new long[] {60_000, 103}) {
      List<Integer> labels = labels(List.of(n), 1);
      assertEquals(
          validating(new Split(rule(0.2, false), 42, List.of(n)), labels, 1),
          validating(new Split(SplitRule.ofFold(1, 5, false), 42, List.of(n)), labels, 1));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 5, 'Expected fold of 1 to 5, found 0'",
    "6, 5, 'Expected fold of 1 to 5, found 6'",
    "1, 1, 'Expected folds of 2 or more, found 1'",
    "-1, -2, 'Expected folds of 2 or more, found -2'",
  })
  void aFoldBeyondTheFoldsIsRefused(int fold, int folds, String message) {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> SplitRule.ofFold(fold, folds, false));
    assertEquals(message, e.getMessage());
  }
}
