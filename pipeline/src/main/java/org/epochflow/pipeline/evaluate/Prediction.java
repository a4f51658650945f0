package org.epochflow.pipeline.evaluate;

import java.io.Serializable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a model takes an example for.
 *
 * @param index its record's number in the data set
 * @param probabilities of each class
 */
public record Prediction(long index, int label, int predicted, float[] probabilities)
    implements Serializable {
  /** The columns of {@link #csv}. */
  public static String columns(int classes) {
    return "index,label,predicted,confidence"
        + IntStream.range(0, classes).mapToObj(c -> ",p" + c).collect(Collectors.joining());
  }

  /** A row of a table of predictions, without the end of its line. */
  public String csv() {
    StringBuilder row = new StringBuilder();
    row.append(index).append(',').append(label).append(',').append(predicted);
    row.append(',').append(confidence());
    for (float probability : probabilities) {
      row.append(',').append(probability);
    }
    return row.toString();
  }

  public boolean correct() {
    return label == predicted;
  }

  /** The probability of the class it is taken for. */
  public float confidence() {
    return probabilities[predicted];
  }
}
