package org.epochflow.model.metric;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How far a classifier's confidence is from its accuracy, in {@value #BINS} bins of equal width.
 *
 * <p>The confidence of a prediction is the probability of the predicted class. Bin {@code m} of
 * {@code 1 .. M} has the {@code n_m} of {@code n} examples whose confidence is in {@code ((m - 1) /
 * M, m / M]}; {@code acc_m} is the share of them that is right and {@code conf_m} their mean
 * confidence. The expected calibration error is {@code ECE = sum_m n_m / n |acc_m - conf_m|}, by
 * Guo et al., On Calibration of Modern Neural Networks, 2017.
 *
 * <p>Confidences are summed in fixed point, so that any grouping of the same examples gives the
 * same bits. The unit is 2<sup>-24</sup>, which is exact for a float of 0.5 or more. A confidence
 * that is no number counts as 0.
 *
 * <p>Immutable: the sums are copied in and out.
 *
 * @param examples of each bin
 * @param correct those of them that are predicted as their label
 * @param confidenceUnits the sums of their confidences
 */
public record Calibration(long[] examples, long[] correct, long[] confidenceUnits) {
  /** How many bins there are. */
  public static final int BINS = 15;

  private static final long UNITS = 1 << 24;

  /** Of no examples. */
  public static final Calibration NONE =
      new Calibration(new long[BINS], new long[BINS], new long[BINS]);

  /**
   * A bin that has examples: a point of a reliability diagram.
   *
   * @param from the end of the bin that is not in it
   * @param to the end that is
   * @param accuracy the share of its examples that is right
   * @param confidence their mean confidence
   */
  public record Bin(double from, double to, long examples, double accuracy, double confidence) {}

  public Calibration {
    examples = requireBins(examples);
    correct = requireBins(correct);
    confidenceUnits = requireBins(confidenceUnits);
  }

  private static long[] requireBins(long[] sums) {
    if (sums.length != BINS) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Expected %d bins, found %d", BINS, sums.length));
    }
    return sums.clone();
  }

  /** The bin of a confidence from 0 to 1, counted from 0. */
  static int bin(float confidence) {
    return Math.max(0, Math.min(BINS, (int) Math.ceil((double) confidence * BINS)) - 1);
  }

  /** A confidence in the unit of the sums. */
  static long units(float confidence) {
    return Math.round((double) confidence * UNITS);
  }

  /** The examples of both. */
  public Calibration merge(Calibration other) {
    return new Calibration(
        sum(examples, other.examples),
        sum(correct, other.correct),
        sum(confidenceUnits, other.confidenceUnits));
  }

  private static long[] sum(long[] one, long[] other) {
    return IntStream.range(0, BINS).mapToLong(m -> Math.addExact(one[m], other[m])).toArray();
  }

  @Override
  public long[] examples() {
    return examples.clone();
  }

  @Override
  public long[] correct() {
    return correct.clone();
  }

  @Override
  public long[] confidenceUnits() {
    return confidenceUnits.clone();
  }

  /** The expected calibration error, from 0 to 1; NaN if there are no examples. */
  public double error() {
    long all = Arrays.stream(examples).sum();
    long units =
        IntStream.range(0, BINS)
            .mapToLong(m -> Math.abs(correct[m] * UNITS - confidenceUnits[m]))
            .sum();
    return all == 0 ? Double.NaN : (double) units / UNITS / all;
  }

  /** The bins that have examples, from the lowest confidence to the highest. */
  public List<Bin> bins() {
    return IntStream.range(0, BINS).filter(m -> examples[m] > 0).mapToObj(this::binAt).toList();
  }

  private Bin binAt(int m) {
    return new Bin(
        (double) m / BINS,
        (m + 1.0) / BINS,
        examples[m],
        (double) correct[m] / examples[m],
        (double) confidenceUnits[m] / UNITS / examples[m]);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Calibration that
        && Arrays.equals(examples, that.examples)
        && Arrays.equals(correct, that.correct)
        && Arrays.equals(confidenceUnits, that.confidenceUnits);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(confidenceUnits);
  }

  @Override
  public String toString() {
    return "Calibration" + bins();
  }
}
