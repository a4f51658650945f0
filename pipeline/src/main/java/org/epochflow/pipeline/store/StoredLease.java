package org.epochflow.pipeline.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
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
 * A file that names the holder and the end of the lease, for storage that can replace a file but
 * cannot create one only if there is none.
 *
 * <p>A process that takes the lease writes its own token, waits until any other process that began
 * at the same time has written too, and holds the lease if its token is still there. Of two
 * processes the last writer holds it. The holder renews it three times within its duration. Two
 * processes can hold it for a while if one is delayed between reading and writing for longer than
 * the wait, or if clocks differ by more than the duration. {@link #requireHeld} reads the file
 * again, so that the overwritten process then notices.
 */
final class StoredLease implements Lease {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DURATION = Duration.ofMinutes(5);
  private static final Duration SETTLE = Duration.ofSeconds(5);

  /** The file's content. */
  private record Token(String token, String holder, String until) {}

  /** Waits until other processes have written. */
  @FunctionalInterface
  interface Wait {
    void settle() throws IOException;
  }

  private final String file;
  private final Clock clock;
  private final String token = UUID.randomUUID().toString();
  private final String holder;
  private final Timer renewal = new Timer("lease", true);
  private boolean closed;

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
      lease.giveUp(e);
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

  private void giveUp(Exception why) {
    try {
      close();
    } catch (IOException | RuntimeException e) {
      why.addSuppressed(e);
    }
  }

  private static void settle() throws IOException {
    try {
      Thread.sleep(SETTLE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while it took a lease", e);
    }
  }

  /** Extends the lease, unless it is closed or another process has taken it. */
  synchronized void renew() {
    try {
      if (!closed) {
        requireHeld();
        write();
      }
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
    Optional<String> text = Storage.textIfExists(file);
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(JSON.readValue(text.get(), Token.class));
    } catch (JsonProcessingException e) {
      throw new LeaseHeldException(file, "a lease that cannot be read: " + text.get().strip());
    }
  }

  /** Waits for a renewal that is being written, so that none is written afterwards. */
  @Override
  public synchronized void close() throws IOException {
    renewal.cancel();
    closed = true;
    if (read(file).filter(now -> now.token.equals(token)).isPresent()) {
      Storage.delete(List.of(file));
    }
  }
}
