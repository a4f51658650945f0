package org.epochflow.pipeline.data;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How many records may be left out of a data set: a count, or a percentage of all records read, of
 * the training and the test part together.
 *
 * @param limit the count or the percentage
 */
public record RejectionBudget(BigDecimal limit, boolean percentage) {
  /** Every record must be usable. */
  public static final RejectionBudget NONE = ofCount(0);

  /** What {@link #parse} takes, in words. */
  public static final String FORM = "a count, or a percentage such as 0.5% of at most 100%";

  private static final BigDecimal ALL = new BigDecimal(100);
  private static final Pattern TEXT = Pattern.compile("[0-9]{1,18}|[0-9]{1,3}(\\.[0-9]{1,15})?%");

  public RejectionBudget {
    limit = limit.stripTrailingZeros();
  }

  /** So many records. */
  public static RejectionBudget ofCount(long records) {
    return new RejectionBudget(BigDecimal.valueOf(records), false);
  }

  /** Reads {@code 12} or {@code 0.5%}; empty if the text is neither. */
  public static Optional<RejectionBudget> parse(String text) {
    if (!TEXT.matcher(text).matches()) {
      return Optional.empty();
    }
    boolean percentage = text.endsWith("%");
    BigDecimal limit = new BigDecimal(percentage ? text.substring(0, text.length() - 1) : text);
    return percentage && limit.compareTo(ALL) > 0
        ? Optional.empty()
        : Optional.of(new RejectionBudget(limit, percentage));
  }

  /** Whether so many of all records may be left out. */
  public boolean allows(long rejected, long records) {
    return percentage
        ? ALL.multiply(BigDecimal.valueOf(rejected))
                .compareTo(limit.multiply(BigDecimal.valueOf(records)))
            <= 0
        : BigDecimal.valueOf(rejected).compareTo(limit) <= 0;
  }

  /** In its one spelling, which {@link #parse} takes. */
  @Override
  public String toString() {
    return limit.toPlainString() + (percentage ? "%" : "");
  }
}
