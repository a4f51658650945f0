package org.epochflow.pipeline.experiment;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.IntStream;

/** The values that a tuning tries for one option, as they are typed. */
public sealed interface Dimension {
  /** The option's name. */
  String option();

  /** The values for a grid. */
  List<String> grid();

  /** The value at a place in [0, 1). */
  String at(double place);

  /** One of a list. */
  record Choice(String option, List<String> values) implements Dimension {
    public Choice {
      values = List.copyOf(values);
    }

    @Override
    public List<String> grid() {
      return values;
    }

    @Override
    public String at(double place) {
      return values.get((int) (place * values.size()));
    }
  }

  /**
   * A number of a range, its ends included. Drawn numbers have four significant digits.
   *
   * @param log whether places are spread evenly over the logarithm
   * @param whole whether it is a whole number
   * @param points of a grid
   */
  record Range(
      String option, BigDecimal from, BigDecimal to, boolean log, boolean whole, int points)
      implements Dimension {
    private static final MathContext DIGITS = new MathContext(4, RoundingMode.HALF_EVEN);

    @Override
    public List<String> grid() {
      return IntStream.range(0, points)
          .mapToObj(i -> text(between(points == 1 ? 0 : (double) i / (points - 1))))
          .distinct()
          .toList();
    }

    @Override
    public String at(double place) {
      if (whole && !log) { // each number is as likely as another
        return text(from.doubleValue() + Math.floor(place * (to.subtract(from).doubleValue() + 1)));
      }
      return text(between(place));
    }

    private double between(double place) {
      double a = from.doubleValue();
      double b = to.doubleValue();
      return log
          ? StrictMath.exp(StrictMath.log(a) + place * (StrictMath.log(b) - StrictMath.log(a)))
          : a + place * (b - a);
    }

    private String text(double value) {
      BigDecimal exact = new BigDecimal(value);
      BigDecimal rounded = whole ? exact.setScale(0, RoundingMode.HALF_EVEN) : exact.round(DIGITS);
      BigDecimal within = rounded.max(from).min(to);
      return within.signum() == 0 ? "0" : within.stripTrailingZeros().toPlainString();
    }
  }
}
