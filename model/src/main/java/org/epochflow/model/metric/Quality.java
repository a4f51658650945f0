package org.epochflow.model.metric;

/**
 * Everything that is counted of a classifier's predictions besides their {@link Tally}. Mergeable:
 * parts merged in any order and grouping equal the whole, to the bit.
 *
 * <pre>{@code
 * Classifier classifier = Classifier.load(Path.of("best_model.keras"));
 * int[] labels = {7, 2};
 * Quality.Counts counts = new Quality.Counts(10);
 * float[] probabilities = classifier.probabilities(pixels, labels.length); // [examples x 10]
 * for (int i = 0; i < labels.length; i++) {
 *   counts.add(labels[i], Network.largest(probabilities, 10 * i, 10), probabilities, 10 * i);
 * }
 * Quality quality = counts.quality();
 * double f1 = quality.confusion().macro().f1();
 * double topFive = quality.ranking().topK(5);
 * double error = quality.calibration().error();
 * }</pre>
 */
public record Quality(ConfusionMatrix confusion, Ranking ranking, Calibration calibration) {
  /** Of no examples of so many classes. */
  public static Quality none(int classes) {
    return new Quality(ConfusionMatrix.empty(classes), Ranking.none(classes), Calibration.NONE);
  }

  /** The examples of both. */
  public Quality merge(Quality other) {
    return new Quality(
        confusion.merge(other.confusion),
        ranking.merge(other.ranking),
        calibration.merge(other.calibration));
  }

  /** Counts one example after the other, without a copy of anything. For one thread at a time. */
  public static final class Counts {
    private final int classes;
    private final long[] confusion;
    private final long[] ranks;
    private final long[] examples = new long[Calibration.BINS];
    private final long[] correct = new long[Calibration.BINS];
    private final long[] confidenceUnits = new long[Calibration.BINS];

    public Counts(int classes) {
      this.classes = classes;
      confusion = new long[classes * classes];
      ranks = new long[classes + 1];
    }

    /**
     * Adds an example.
     *
     * @param label from 0; likewise {@code predicted}
     * @param probabilities those of the example's classes begin at {@code from}
     */
    public void add(int label, int predicted, float[] probabilities, int from) {
      confusion[label * classes + predicted]++;
      ranks[Ranking.rank(probabilities, from, classes, label)]++;
      float confidence = probabilities[from + predicted];
      int bin = Calibration.bin(confidence);
      examples[bin]++;
      correct[bin] += label == predicted ? 1 : 0;
      confidenceUnits[bin] += Calibration.units(confidence);
    }

    /** What was counted so far. */
    public Quality quality() {
      return new Quality(
          new ConfusionMatrix(classes, confusion),
          new Ranking(ranks),
          new Calibration(examples, correct, confidenceUnits));
    }
  }
}
