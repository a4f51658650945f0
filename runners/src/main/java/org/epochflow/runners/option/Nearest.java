package org.epochflow.runners.option;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Guesses the word that was meant. */
public final class Nearest {
  private Nearest() {}

  /** The word nearest to {@code typed}, if it is no further than a slip of the fingers. */
  public static Optional<String> to(String typed, Collection<String> words) {
    int slip = Math.max(2, typed.length() / 3);
    return words.stream()
        .filter(word -> distance(typed, word) <= slip)
        .min(
            Comparator.<String>comparingInt(word -> distance(typed, word))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** {@code ; did you mean --epochs?}, or nothing. */
  public static String question(String typed, Collection<String> words) {
    return to(typed, words).map(word -> "; did you mean " + word + "?").orElse("");
  }

  private static int distance(String typed, String word) {
    return LevenshteinDistance.getDefaultInstance()
        .apply(typed.toLowerCase(Locale.ROOT), word.toLowerCase(Locale.ROOT));
  }
}
