package org.epochflow.pipeline.data;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.train.ClassNames;
import org.epochflow.model.train.Split;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.TrainingConfig;
import org.jspecify.annotations.Nullable;

/**
 * A data set that is ready for training.
 *
 * @param train the training records; none if the data set is for an evaluation
 * @param test the test records
 * @param manifest the path of its manifest
 * @param classNames what the data call the classes; none if their labels are numbers from 0
 * @param unreadable how many examples were left out before they were records
 */
public record PreparedData(
    Records train,
    Records test,
    DataSet dataSet,
    String manifest,
    List<String> classNames,
    long unreadable) {
  private static final int BLOCK_BYTES = 1 << 24;

  public PreparedData {
    classNames = List.copyOf(classNames);
  }

  /** What to call so many classes, the first ones: their labels where the data do not name them. */
  public List<String> firstNames(int classes) {
    return classNames.size() < classes
        ? ClassNames.numbers(classes)
        : classNames.subList(0, classes);
  }

  /** The images to train on, or else those to test on. */
  public Records images() {
    return train.isEmpty() ? test : train;
  }

  /** The shape of one image, {@code (height, width)} or {@code (height, width, channels)}. */
  public Shape image() {
    return images().image();
  }

  /**
   * Pixels standardised by the mean and the deviation of each channel of the training images. Those
   * of one channel are counted already; of more channels the images are read once.
   */
  public Preprocessing standardized() throws IOException {
    int channels = image().withChannels().channels();
    if (channels == 1) {
      Manifest counted = dataSet.train();
      return Preprocessing.standardized(
          List.of(counted.pixelMean()), List.of(counted.pixelDeviation()));
    }
    ChannelSums sums = new ChannelSums(channels);
    long block = Math.max(1, BLOCK_BYTES / image().size());
    try (Records.Reader reader = train.reader()) {
      for (long first = 0; first < train.count(); first += block) {
        sums.add(reader.images(first, (int) Math.min(block, train.count() - first)));
      }
    }
    return sums.standardized();
  }

  /**
   * Training examples drawn at random, by index.
   *
   * @param count how many; all if there are fewer
   * @param label the class of all of them; null for any
   */
  public List<Sample> sample(long count, long seed, @Nullable Integer label) throws IOException {
    return Samples.random(dataSet.train(), train, count, seed, label);
  }

  /** How many examples an epoch trains on. */
  public long trainExamples(TrainingConfig config) {
    long validation =
        new Split(config.split(), config.seed(), dataSet.train().perClass()).validationExamples();
    return dataSet.train().examples() - validation;
  }

  /**
   * Refuses a split that leaves nothing to train on.
   *
   * @throws BadDataException that says what was found
   */
  public void requireExamples(TrainingConfig config) throws BadDataException {
    SplitRule split = config.split();
    long examples = dataSet.train().examples();
    if (split.folds() > examples) {
      throw new BadDataException(
          String.format(
              Locale.ROOT,
              "Expected an example for each of --folds=%d, found %d (%s)",
              split.folds(),
              examples,
              train.name()));
    } else if (trainExamples(config) == 0) {
      throw new BadDataException(
          String.format(
              Locale.ROOT,
              "Expected examples to train on, found --validationSplit=%s to take all %d (%s)",
              split.validation(),
              examples,
              train.name()));
    }
  }
}
