package org.epochflow.model.optim.schedule;

import java.util.List;
import org.epochflow.model.optim.Setting;

/**
 * Keras's PiecewiseConstantDecay: the first value up to the first boundary, that included, the
 * second up to the second boundary, and the last from the last boundary on.
 */
public record Piecewise(
    @Setting("Where the rate changes, in epochs") List<Double> boundaries,
    @Setting("The rates between them, as shares of the peak: one more than there are boundaries")
        List<Double> values)
    implements Schedule {
  /** A tenth after 10 epochs. */
  public Piecewise() {
    this(List.of(10.0), List.of(1.0, 0.1));
  }

  public Piecewise {
    boundaries = List.copyOf(boundaries);
    values = List.copyOf(values);
    if (values.size() != boundaries.size() + 1) {
      throw new IllegalArgumentException(
          "Expected one value more than boundaries, found values %s with boundaries %s"
              .formatted(values, boundaries));
    }
    double last = 0;
    for (double boundary : boundaries) {
      if (!(boundary > last)) {
        throw new IllegalArgumentException(
            "Expected boundaries above 0, each above the one before, found " + boundaries);
      }
      last = boundary;
    }
    if (values.stream().anyMatch(value -> !(value >= 0))) {
      throw new IllegalArgumentException("Expected values of 0 or more, found " + values);
    }
  }

  @Override
  public String name() {
    return "piecewise";
  }

  @Override
  public double at(double progress, int epochs) {
    int piece = 0;
    while (piece < boundaries.size() && progress > boundaries.get(piece)) {
      piece++;
    }
    return values.get(piece);
  }

  @Override
  public Schedule over(double unit) {
    return new Piecewise(boundaries.stream().map(boundary -> boundary / unit).toList(), values);
  }
}
