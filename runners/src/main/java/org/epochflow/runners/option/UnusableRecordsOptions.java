package org.epochflow.runners.option;

import org.epochflow.pipeline.data.RejectionBudget;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** What becomes of records that cannot be used. */
public final class UnusableRecordsOptions {
  @Option(
      names = "--maxRejected",
      paramLabel = "N|P%",
      converter = Converter.class,
      description =
          "How many unusable records, or what percentage of all records, may be left out before the"
              + " data is refused; rejected.csv lists them")
  public RejectionBudget maxRejected = RejectionBudget.NONE;

  /** Reads what {@link Rule} has checked, or will refuse. */
  static final class Converter implements ITypeConverter<RejectionBudget> {
    @Override
    public RejectionBudget convert(String value) {
      return RejectionBudget.parse(value)
          .orElseThrow(() -> new IllegalArgumentException("Expected " + RejectionBudget.FORM));
    }
  }
}
