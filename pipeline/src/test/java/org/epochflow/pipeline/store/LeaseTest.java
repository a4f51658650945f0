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
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

  @Test
  void aSecondTakeInOneProcessLeavesTheFirstItsLock() throws Exception {
    try (Lease lease = Lease.take(file, clock)) {
      held(() -> Lease.take(file, clock));
      lease.requireHeld();
      assertEquals(1, otherProcess(), "Expected another process to be refused");
    }
    assertEquals(0, otherProcess());
  }

  /** The exit code of a process that takes the lease. */
  private int otherProcess() throws IOException, InterruptedException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Taker.class.getName(),
            file)
        .inheritIO()
        .start()
        .waitFor();
  }

  /** Takes a lease: 0 if it can, 1 if it is held. */
  static final class Taker {
    public static void main(String[] args) throws IOException {
      try (Lease lease = Lease.take(args[0], Clock.systemUTC())) {
        lease.requireHeld();
      } catch (LeaseHeldException e) {
        System.exit(1);
      }
    }
  }

  @Test
  void ofFiftyAtOnceOneHasIt() throws Exception {
    for (int round = 0; round < 20; round++) {
      ConcurrentLinkedQueue<Lease> taken = takenByFifty(() -> Lease.take(file, clock));
      assertEquals(1, taken.size());
      taken.remove().close();
      assertTrue(Files.notExists(Path.of(file).getParent()), "Expected nothing to be left");
    }
  }

  @Test
  void aLockOnAFileThatHasLostItsNameDoesNotCount() throws IOException {
    Lease first = Lease.take(file, clock);
    Files.delete(Path.of(file));
    Files.createFile(Path.of(file));
    first.close();
    try (Lease second = Lease.take(file, clock)) {
      second.requireHeld();
      assertTrue(Files.exists(Path.of(file)));
    }
  }

  @Test
  void aRenewalThatIsLateDoesNotBringAClosedLeaseBack() throws IOException {
    StoredLease lease = stored();
    lease.close();
    lease.renew();
    assertTrue(Files.notExists(Path.of(file)));
  }

  @Test
  void aFolderThatIsDeletedIsNoticed() throws IOException {
    try (Lease lease = Lease.take(file, clock)) {
      Storage.deleteAll(String.valueOf(Path.of(file).getParent()));
      held(lease::requireHeld);
    }
  }

  @Test
  void ofFiftyStoredAtOnceTheLastWriterHasIt() throws Exception {
    CyclicBarrier allHaveWritten = new CyclicBarrier(50);
    ConcurrentLinkedQueue<Lease> taken =
        takenByFifty(() -> StoredLease.take(file, clock(), () -> meet(allHaveWritten)));
    assertEquals(1, taken.size());
    taken.remove().close();
  }

  private interface Taking {
    Lease take() throws IOException;
  }

  /** What fifty threads get that take a lease at once. */
  private static ConcurrentLinkedQueue<Lease> takenByFifty(Taking taking)
      throws InterruptedException {
    ConcurrentLinkedQueue<Lease> taken = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<String> refused = new ConcurrentLinkedQueue<>();
    ExecutorService threads = Executors.newFixedThreadPool(50);
    for (int i = 0; i < 50; i++) {
      threads.execute(
          () -> {
            try {
              taken.add(taking.take());
            } catch (IOException e) {
              refused.add(e.getClass().getSimpleName());
            }
          });
    }
    threads.shutdown();
    assertTrue(threads.awaitTermination(1, TimeUnit.MINUTES));
    assertEquals(Set.of("LeaseHeldException"), Set.copyOf(refused));
    return taken;
  }

  /** Those that saw another's lease do not come: the others stop waiting for them. */
  private static void meet(CyclicBarrier all) throws IOException {
    try {
      all.await(2, TimeUnit.SECONDS);
    } catch (BrokenBarrierException | TimeoutException late) {
      // As many as there are have written.
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
