package org.epochflow.pipeline.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import java.util.UUID;

/**
 * A file with its holder and when that ends, for storage that can replace a file but not create one
 * only if there is none.
 *
 * <p>Who takes it writes its own token, waits until any other that began at the same time has
 * written too, and has it if the token is still there: of two, the last writer. It is renewed three
 * times within its duration. Two can have it for a while if a writer is held up for longer than the
 * wait between seeing no holder and writing, or if clocks differ by more than the duration; {@link
 * #requireHeld} reads the file again, so that the one that was overwritten then knows.
 */
final class StoredLease implements Lease {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DURATION = Duration.ofMinutes(5);
  private static final Duration SETTLE = Duration.ofSeconds(5);

  /** The file's content. */
  private record Token(String token, String holder, String until) {}

  /** Waits for others to have written. */
  @FunctionalInterface
  interface Wait {
    void settle() throws IOException;
  }

  private final String file;
  private final Clock clock;
  private final String token = UUID.randomUUID().toString();
  private final String holder;
  private final Timer renewal = new Timer("lease", true);

  private StoredLease(String file, Clock clock) {
    this.file = file;
    this.clock = clock;
    holder = LocalLease.holder(clock);
  }

  static StoredLease take(String file, Clock clock) throws IOException {
    return take(file, clock, StoredLease::settle);
  }

  static StoredLease take(String file, Clock clock, Wait wait) throws IOException {
    Optional<Token> other = read(file);
    if (other.isPresent() && clock.instant().isBefore(Instant.parse(other.get().until))) {
      throw new LeaseHeldException(file, other.get().holder + ", until " + other.get().until);
    }
    StoredLease lease = new StoredLease(file, clock);
    lease.write();
    try {
      wait.settle();
      lease.requireHeld();
    } catch (IOException | RuntimeException e) {
      lease.renewal.cancel();
      throw e;
    }
    long period = DURATION.toMillis() / 3;
    lease.renewal.schedule(
        new TimerTask() {
          @Override
          public void run() {
            lease.renew();
          }
        },
        period,
        period);
    return lease;
  }

  private static void settle() throws IOException {
    try {
      Thread.sleep(SETTLE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while it took a lease", e);
    }
  }

  /** Writes a later end, unless another has taken it. */
  void renew() {
    try {
      requireHeld();
      write();
    } catch (IOException | RuntimeException missed) {
      // The next try may succeed; if none does, requireHeld fails.
    }
  }

  @Override
  public void requireHeld() throws IOException {
    Token now = read(file).orElseThrow(() -> new LeaseHeldException(file, "the lease gone"));
    if (!now.token.equals(token)) {
      throw new LeaseHeldException(file, now.holder);
    } else if (!clock.instant().isBefore(Instant.parse(now.until))) {
      throw new LeaseHeldException(file, "the lease not renewed since " + now.until);
    }
  }

  private void write() throws IOException {
    Token now = new Token(token, holder, clock.instant().plus(DURATION).toString());
    Storage.writeText(file, JSON.writeValueAsString(now) + "\n");
  }

  private static Optional<Token> read(String file) throws IOException {
    String text;
    try {
      text = Storage.readText(file);
    } catch (FileNotFoundException none) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(text, Token.class));
    } catch (JsonProcessingException e) {
      throw new LeaseHeldException(file, "a lease that cannot be read: " + text.strip());
    }
  }

  @Override
  public void close() throws IOException {
    renewal.cancel();
    if (read(file).filter(now -> now.token.equals(token)).isPresent()) {
      Storage.delete(List.of(file));
    }
  }
}
