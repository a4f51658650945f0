package org.epochflow.pipeline.registry;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.List;
import org.epochflow.pipeline.data.Manifest;

/**
 * How far training data are from other training data. All figures are from 0 to 1.
 *
 * @param classBalance the total variation distance of the classes' shares {@code p} and {@code q}:
 *     {@code sum |p_i - q_i| / 2}, the share of the examples that would have to change class
 * @param pixelMean by how much the mean of all pixels differs, as a part of the full brightness;
 *     {@code pixelDeviation} by how much their standard deviation does
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Drift(double classBalance, double pixelMean, double pixelDeviation) {
  /** The drift from {@code before} to {@code now}, which have the same classes. */
  static Drift between(Manifest before, Manifest now) {
    return new Drift(
        totalVariation(before.perClass(), now.perClass()),
        distance(
            List.of(before.pixelSum()),
            before.pixels() * 255,
            List.of(now.pixelSum()),
            now.pixels() * 255),
        Math.abs(now.pixelDeviation() - before.pixelDeviation()));
  }

  static double totalVariation(List<Long> before, List<Long> now) {
    return distance(before, 2 * sum(before), now, 2 * sum(now));
  }

  private static long sum(List<Long> counts) {
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  /** {@code sum |before_i / all - now_i / allNow|}, rounded once, at the end. */
  private static double distance(List<Long> before, long all, List<Long> now, long allNow) {
    BigInteger sum = BigInteger.ZERO;
    for (int i = 0; i < before.size(); i++) {
      BigInteger one = product(before.get(i), allNow);
      sum = sum.add(one.subtract(product(now.get(i), all)).abs());
    }
    return new BigDecimal(sum)
        .divide(new BigDecimal(product(all, allNow)), MathContext.DECIMAL128)
        .doubleValue();
  }

  private static BigInteger product(long one, long other) {
    return BigInteger.valueOf(one).multiply(BigInteger.valueOf(other));
  }

  /** The largest of the three, which a limit is for. */
  public double largest() {
    return Math.max(classBalance, Math.max(pixelMean, pixelDeviation));
  }
}
