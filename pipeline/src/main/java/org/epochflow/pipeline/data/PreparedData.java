package org.epochflow.pipeline.data;

import java.io.IOException;
import java.util.List;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.train.Split;
import org.epochflow.model.train.TrainingConfig;
import org.jspecify.annotations.Nullable;

/**
 * A data set that is ready for training.
 *
 * @param train the training records; none if the data set is for an evaluation
 * @param test the test records
 * @param manifest the path of its manifest
 */
public record PreparedData(Records train, Records test, DataSet dataSet, String manifest) {
  /** The images to train on, or else those to test on. */
  public Records images() {
    return train.isEmpty() ? test : train;
  }

  /** The shape of one image, {@code (height, width)} or {@code (height, width, channels)}. */
  public Shape image() {
    return images().image();
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
}
