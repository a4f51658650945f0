package org.epochflow.model.nn;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonCreator.Mode;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The shape of one example at some place of a network, without the batch dimension: {@code (height,
 * width, channels)} for images, {@code (units)} for vectors. Row-major, last index fastest.
 */
public record Shape(@JsonValue List<Integer> dimensions) implements Serializable {
  @JsonCreator(mode = Mode.DELEGATING)
  public Shape {
    dimensions = List.copyOf(dimensions);
    if (dimensions.isEmpty() || dimensions.stream().anyMatch(d -> d < 1)) {
      throw new IllegalArgumentException("Expected dimensions of 1 or more, found " + dimensions);
    }
    BigInteger values = product(dimensions);
    if (values.bitLength() >= Integer.SIZE) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT,
              "Expected a shape of at most %d values, found %d: %s",
              Integer.MAX_VALUE,
              values,
              dimensions));
    }
  }

  public static Shape of(Integer... dimensions) {
    return new Shape(List.of(dimensions));
  }

  /** The number of values: the product of the dimensions. */
  public int size() {
    return dimensions.stream().reduce(1, (a, b) -> a * b);
  }

  /** The last dimension: the channels of an image, the length of a vector. */
  public int last() {
    return dimensions.get(dimensions.size() - 1);
  }

  /** The same with another last dimension. */
  public Shape withLast(int length) {
    List<Integer> others = new ArrayList<>(dimensions);
    others.set(others.size() - 1, length);
    return new Shape(others);
  }

  /** The product of any dimensions, exact. */
  public static BigInteger product(List<Integer> dimensions) {
    return dimensions.stream()
        .map(BigInteger::valueOf)
        .reduce(BigInteger.ONE, BigInteger::multiply);
  }

  public boolean isImage() {
    return dimensions.size() == 3;
  }

  /** The same with the channel that {@code (height, width)} leaves out. */
  public Shape withChannels() {
    return dimensions.size() == 2 ? of(height(), width(), 1) : this;
  }

  public int height() {
    return dimensions.get(0);
  }

  public int width() {
    return dimensions.get(1);
  }

  public int channels() {
    return dimensions.get(2);
  }

  /** As Keras prints it, {@code (28, 28, 1)} or {@code (784,)}. */
  @Override
  public String toString() {
    String inner = dimensions.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return dimensions.size() == 1 ? "(" + inner + ",)" : "(" + inner + ")";
  }
}
