package org.epochflow.model.predict;

/**
 * A classifier's answer for one image.
 *
 * @param label the most probable class, from 0; the first of them where several are equal
 * @param name what that class is called
 * @param probabilities one for each class, in the order of their labels
 */
public record Classification(int label, String name, float[] probabilities) {
  /** The probability of {@link #label}. */
  public float confidence() {
    return probabilities[label];
  }
}
