package org.epochflow.pipeline.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.epochflow.model.json.Excerpt;
import org.epochflow.model.json.ModelFormatException;
import org.jspecify.annotations.Nullable;

/** Every decision of a registry, in order; the champion follows from them. */
public record Ledger(List<LedgerEntry> entries) {
  static final Ledger EMPTY = new Ledger(List.of());
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  public Ledger {
    entries = List.copyOf(entries);
  }

  /** The same with one more decision, numbered and dated. */
  Ledger plus(LedgerEntry decision, Clock clock) {
    return plus(decision, clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** The same with one more decision, numbered. */
  Ledger plus(LedgerEntry decision, String when) {
    List<LedgerEntry> more = new ArrayList<>(entries);
    more.add(decision.at(more.size() + 1, when));
    return new Ledger(more);
  }

  LedgerEntry last() {
    return entries.get(entries.size() - 1);
  }

  /** The version that is to be served. */
  public Optional<Integer> champion() {
    return Optional.ofNullable(champions().peek());
  }

  /**
   * The same where there must be one.
   *
   * @param registry what the message calls it
   */
  public int requireChampion(String registry) throws RegistryException {
    return champion()
        .orElseThrow(
            () ->
                new RegistryException(
                    "Expected a registry with a champion, found none in " + registry));
  }

  /** The version that a rollback goes back to. */
  public Optional<Integer> beforeChampion() {
    return champions().stream().skip(1).findFirst();
  }

  /** The champion first, then those that rollbacks would come to. */
  private Deque<Integer> champions() {
    Deque<Integer> champions = new ArrayDeque<>();
    for (LedgerEntry entry : entries) {
      if (entry.decision() == Decision.PROMOTED) {
        champions.push(Objects.requireNonNull(entry.version()));
      } else if (entry.decision() == Decision.ROLLED_BACK) {
        champions.poll();
      }
    }
    return champions;
  }

  /** The newest finished retraining. */
  Optional<LedgerEntry> lastAttempt() {
    return newestFirst().filter(e -> e.decision().concludes() && e.request() != null).findFirst();
  }

  /** The decision at the end of a version's training. */
  public Optional<LedgerEntry> trained(int version) {
    return newestFirst()
        .filter(e -> e.decision().concludes() && e.request() != null && isOf(e, version))
        .findFirst();
  }

  /** Whether a version will never be resumed. */
  boolean ended(int version) {
    return entries.stream().anyMatch(e -> e.decision().ends() && isOf(e, version));
  }

  int largestVersion() {
    return entries.stream()
        .map(LedgerEntry::version)
        .filter(Objects::nonNull)
        .mapToInt(Integer::intValue)
        .max()
        .orElse(0);
  }

  private static boolean isOf(LedgerEntry entry, int version) {
    @Nullable Integer of = entry.version();
    return of != null && of == version;
  }

  private Stream<LedgerEntry> newestFirst() {
    List<LedgerEntry> newest = new ArrayList<>(entries);
    Collections.reverse(newest);
    return newest.stream();
  }

  /** One line a decision. */
  String toJsonLines() {
    StringBuilder lines = new StringBuilder();
    entries.forEach(entry -> lines.append(line(entry)).append('\n'));
    return lines.toString();
  }

  /** A decision as its line. */
  public static String line(LedgerEntry entry) {
    try {
      return JSON.writeValueAsString(entry);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Every entry is JSON", e);
    }
  }

  /**
   * Reads the text of {@link #toJsonLines}.
   *
   * @param file its name in messages
   */
  static Ledger fromJsonLines(String text, String file) throws ModelFormatException {
    List<LedgerEntry> entries = new ArrayList<>();
    for (String line : text.lines().toList()) {
      int number = entries.size() + 1;
      try {
        entries.add(entry(line, number));
      } catch (IOException e) {
        throw new ModelFormatException(
            String.format(
                Locale.ROOT,
                "Expected the decision %d, found %s (%s, line %d); registry recover rebuilds the"
                    + " ledger",
                number,
                found(e),
                file,
                number));
      }
    }
    return new Ledger(entries);
  }

  private static String found(IOException e) {
    return e instanceof JsonProcessingException json
        ? Excerpt.of(json.getOriginalMessage())
        : String.valueOf(e.getMessage());
  }

  /** The decisions of a damaged text up to the first line that cannot be read. */
  static Ledger soundLines(String text) {
    List<LedgerEntry> entries = new ArrayList<>();
    try {
      for (String line : text.lines().toList()) {
        entries.add(entry(line, entries.size() + 1));
      }
    } catch (IOException damaged) {
      // The lines before it are sound.
    }
    return new Ledger(entries);
  }

  private static LedgerEntry entry(String line, int number) throws IOException {
    LedgerEntry entry = entry(line);
    if (entry.sequence() != number) {
      throw new ModelFormatException("the decision " + entry.sequence());
    } else if (entry.decision().needsVersion() && entry.version() == null) {
      throw new ModelFormatException("none of its version");
    }
    return entry;
  }

  /**
   * Reads a line of {@link #line}.
   *
   * @throws JsonProcessingException if it is not JSON of a decision
   * @throws ModelFormatException if the decision lacks something
   */
  static LedgerEntry entry(String line) throws JsonProcessingException, ModelFormatException {
    @Nullable LedgerEntry entry = JSON.readValue(line, LedgerEntry.class);
    if (entry == null || !isWhole(entry)) {
      throw new ModelFormatException("null");
    }
    return entry;
  }

  /** Whether a record, and those in it, have all that may not be null; Jackson does not look. */
  private static boolean isWhole(Record record) {
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        @Nullable Object value = component.getAccessor().invoke(record);
        boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        if (value == null ? !optional : value instanceof Record inner && !isWhole(inner)) {
          return false;
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("Every component of a public record can be read", e);
      }
    }
    return true;
  }
}
