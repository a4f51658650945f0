package org.epochflow.pipeline.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One holder at a time, of a lock and of a file that is renewed. */
final class LeaseTest {
  private final String file;
  private Instant now = Instant.parse("2026-11-23T02:30:00Z");
  private final Clock clock = InstantSource.system().withZone(ZoneOffset.UTC);

  LeaseTest(@TempDir Path folder) {
    file = folder.resolve("registry/lease").toString();
  }

  private Clock clock() {
    InstantSource source = () -> now;
    return source.withZone(ZoneOffset.UTC);
  }

  private StoredLease stored() throws IOException {
    return StoredLease.take(file, clock(), () -> {});
  }

  @Test
  void aLockHasOneHolderUntilItIsClosed() throws IOException {
    try (Lease lease = Lease.take(file, clock)) {
      lease.requireHeld();
      String message = held(() -> Lease.take(file, clock));
      assertTrue(
          message.startsWith(
              String.format(
                  Locale.ROOT,
                  "Expected to be alone at work here, found process %d on ",
                  ProcessHandle.current().pid())),
          message);
    }
    Lease.take(file, clock).close();
  }

  @Test
  void aLockThatIsGoneIsNoticed() throws IOException {
    Lease lease = Lease.take(file, clock);
    lease.close();
    held(lease::requireHeld);
  }

  @Test
  void aFileHasOneHolderUntilItIsClosed() throws IOException {
    try (StoredLease lease = stored()) {
      lease.requireHeld();
      String message = held(this::stored);
      assertTrue(message.contains(", until 2026-11-23T02:35:00Z ("), message);
    }
    assertTrue(Files.notExists(Path.of(file)));
    stored().close();
  }

  @Test
  void aHolderThatIsSilentLosesIt() throws IOException {
    StoredLease dead = stored();
    now = now.plus(Duration.ofMinutes(5));
    held(dead::requireHeld);
    try (StoredLease next = stored()) {
      next.requireHeld();
      held(dead::requireHeld);
      dead.renew();
      dead.close();
      next.requireHeld();
    }
  }

  @Test
  void renewalKeepsIt() throws IOException {
    try (StoredLease lease = stored()) {
      for (int i = 0; i < 10; i++) {
        now = now.plus(Duration.ofMinutes(4));
        lease.renew();
        lease.requireHeld();
        held(this::stored);
      }
    }
  }

  @Test
  void ofTwoThatBeginTogetherTheLastWriterHasIt() throws IOException {
    StoredLease[] second = new StoredLease[1];
    held(() -> StoredLease.take(file, clock(), () -> second[0] = overwriting()));
    second[0].requireHeld();
    second[0].close();
  }

  /** One that saw no holder, because it looked before the first wrote. */
  private StoredLease overwriting() throws IOException {
    Files.delete(Path.of(file));
    return stored();
  }

  @Test
  void aFileThatCannotBeReadIsSomeonesElse() throws IOException {
    Files.createDirectories(Path.of(file).getParent());
    Files.writeString(Path.of(file), "hello");
    String message = held(this::stored);
    assertEquals(
        "Expected to be alone at work here, found a lease that cannot be read: hello (%s)"
            .formatted(file),
        message);
  }

  private static String held(org.junit.jupiter.api.function.Executable work) {
    return String.valueOf(assertThrows(LeaseHeldException.class, work).getMessage());
  }
}
