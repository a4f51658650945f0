package org.epochflow.pipeline.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The prediction of a model for an example.
 *
 * @param index its record's number in the data set
 * @param probabilities of each class
 * @param penalty what the model's regularizers add to its loss
 */
public record Prediction(
    long index, int label, int predicted, float[] probabilities, double penalty) {
  /** One of a model without regularizers. */
  public Prediction(long index, int label, int predicted, float[] probabilities) {
    this(index, label, predicted, probabilities, 0);
  }

  /** The columns of {@link #values}. */
  public static List<String> columns(int classes) {
    return Stream.concat(
            Stream.of("index", "label", "predicted", "confidence"),
            IntStream.range(0, classes).mapToObj(c -> "p" + c))
        .toList();
  }

  /** A row of a table of predictions. */
  public List<Object> values() {
    List<Object> values = new ArrayList<>(List.of(index, label, predicted, confidence()));
    for (float probability : probabilities) {
      values.add(probability);
    }
    return values;
  }

  public boolean correct() {
    return label == predicted;
  }

  /** The probability of the predicted class. */
  public float confidence() {
    return probabilities[predicted];
  }
}
