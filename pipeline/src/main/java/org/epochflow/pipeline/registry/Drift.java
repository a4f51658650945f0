package org.epochflow.pipeline.registry;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
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
        Math.abs(now.pixelMean() - before.pixelMean()),
        Math.abs(now.pixelDeviation() - before.pixelDeviation()));
  }

  static double totalVariation(List<Long> before, List<Long> now) {
    double all = before.stream().mapToLong(Long::longValue).sum();
    double allNow = now.stream().mapToLong(Long::longValue).sum();
    double sum = 0;
    for (int c = 0; c < before.size(); c++) {
      sum += Math.abs(before.get(c) / all - now.get(c) / allNow);
    }
    return sum / 2;
  }

  /** The largest of the three, which a limit is for. */
  public double largest() {
    return Math.max(classBalance, Math.max(pixelMean, pixelDeviation));
  }
}
