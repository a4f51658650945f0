package org.epochflow.model.metric;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The results of a model on validation examples: always their tally, and their {@link Quality}
 * where figures are asked for that need it. Mergeable, as both are.
 *
 * @param qualities one or none
 */
public record Validation(Tally tally, List<Quality> qualities) {
  /** Of no examples. */
  public static final Validation NONE = of(Tally.NONE);

  public Validation {
    qualities = List.copyOf(qualities);
  }

  /** Where no more than the tally is asked for. */
  public static Validation of(Tally tally) {
    return new Validation(tally, List.of());
  }

  /** The examples of both. */
  public Validation plus(Validation other) {
    return new Validation(
        tally.plus(other.tally),
        Stream.concat(qualities.stream(), other.qualities.stream()).reduce(Quality::merge).stream()
            .toList());
  }

  /** What is counted besides the tally; empty where nobody asks. */
  public Optional<Quality> quality() {
    return qualities.stream().findFirst();
  }
}
