package org.epochflow.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import java.util.zip.ZipFile;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.Direct;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.registry.Decision;
import org.epochflow.pipeline.registry.Gates;
import org.epochflow.pipeline.registry.LedgerEntry;
import org.epochflow.pipeline.registry.Registry;
import org.epochflow.pipeline.registry.Retraining;
import org.epochflow.pipeline.registry.Verification;
import org.epochflow.pipeline.store.FaultyBackend;
import org.epochflow.pipeline.store.FaultyBackend.Fault;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.train.ReplicaThreads;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each operation on files of a training, and of a night, in turn fails, is cut off by a power cut,
 * or hangs; then the work is resumed. No committed epoch or version is lost, and the result has the
 * same bytes.
 *
 * <p>{@code -Dfaults.every=1} has a fault at every operation; by default it is at every 7th.
 */
final class FaultsIT {
  private static final int EVERY = Integer.getInteger("faults.every", 7);
  private static final TrainingConfig CONFIG = SmallNetworks.config(2, new SplitRule(0.2, true));
  private static final Clock NIGHT =
      Clock.fixed(Instant.parse("2026-11-23T02:30:00Z"), ZoneOffset.UTC);
  private final Path folder;
  private final DataFiles files;

  FaultsIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    files = SmallData.sound(folder.resolve("data"), 60, 30);
  }

  /** Work in a folder that can be begun again whenever it has ended too early. */
  private interface Work {
    void begin();

    void run(Path at) throws IOException;

    void check(Path at) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void aTrainingHasTheSameBytes(Fault fault) throws IOException {
    AtomicInteger saved = new AtomicInteger();
    List<String> lost = new ArrayList<>();
    everyFault(
        fault,
        new Work() {
          @Override
          public void begin() {
            saved.set(0);
          }

          @Override
          public void run(Path at) throws IOException {
            train(at, saved, lost);
          }

          @Override
          public void check(Path at) throws IOException {
            assertEquals(List.of(), lost, "Expected no saved epoch to be lost");
            assertTrue(new RunFolder(at.toString()).isFinished());
          }
        });
  }

  private void train(Path at, AtomicInteger saved, List<String> lost) throws IOException {
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epochBegan(TrainingState state) {
            if (state.epoch() < saved.get()) {
              lost.add("epoch " + saved.get());
            }
          }

          @Override
          public void epochSaved(TrainingState state) {
            saved.set(state.epoch());
          }
        };
    new TrainingRun(
            new RunFolder(at.toString()),
            Direct.execution(2),
            ReplicaThreads.EVEN,
            new Listeners<>(List.of(listener), warning -> {}))
        .run(FixedJob.of(CONFIG, files, 0), true);
  }

  @ParameterizedTest
  @EnumSource
  void aNightHasTheSameBytes(Fault fault) throws IOException {
    List<LedgerEntry> told = new ArrayList<>();
    everyFault(
        fault,
        new Work() {
          @Override
          public void begin() {
            told.clear();
          }

          @Override
          public void run(Path at) throws IOException {
            new Retraining(new Registry(at.toString()), NIGHT, Listeners.none(), told::add)
                .run(FaultsIT.this::order);
          }

          @Override
          public void check(Path at) throws IOException {
            Registry registry = new Registry(at.toString());
            told.removeIf(
                entry -> entry.decision() == Decision.FAILED); // not kept on a first night
            assertTrue(registry.ledger().entries().containsAll(told), "Expected all of " + told);
            assertTrue(
                Verification.of(registry).stream().allMatch(found -> found.damage().isEmpty()));
          }
        });
  }

  private Retraining.Order order() {
    return new Retraining.Order(
        FixedJob.of(CONFIG, files, 0),
        false,
        false,
        new Gates(null, null, null),
        null,
        () -> Direct.execution(2));
  }

  private void everyFault(Fault fault, Work work) throws IOException {
    Path whole = folder.resolve("whole");
    int operations;
    try (FaultyBackend counted = FaultyBackend.install(Fault.HANGS, 0)) {
      work.run(whole);
      operations = counted.log().size();
    }
    work.check(whole);
    SortedMap<String, Long> expected = content(whole);
    List<String> broken = new ArrayList<>();
    for (int at = 1; at <= operations; at += EVERY) {
      work.begin();
      Path faulty = folder.resolve("faulty-" + at);
      String operation = once(fault, at, work, faulty);
      work.run(faulty);
      work.check(faulty);
      SortedMap<String, Long> found = content(faulty);
      if (!found.equals(expected)) {
        found.entrySet().removeAll(expected.entrySet());
        broken.add(operation + ": " + found);
      }
    }
    assertEquals(List.of(), broken, "Expected " + expected);
    System.out.printf(
        Locale.ROOT, "%s: %d operations on files, a fault at every %d%n", fault, operations, EVERY);
  }

  /** Runs until the fault ends it, if it does. */
  private static String once(Fault fault, int at, Work work, Path faulty) throws IOException {
    FaultyBackend backend = FaultyBackend.install(fault, at);
    try (backend) {
      work.run(faulty);
    } catch (IOException | RuntimeException expected) {
      // The work is resumed.
    }
    return at + " " + (backend.log().size() < at ? "never" : backend.log().get(at - 1));
  }

  /** The checksum of every file that is to be the same, by name. */
  private static SortedMap<String, Long> content(Path folder) throws IOException {
    SortedMap<String, Long> content = new TreeMap<>();
    try (var all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        if (name.matches("(.*/)?(metrics.json|timings.csv|ledger.jsonl|decision.json)")) {
          continue; // They contain times, or failures.
        }
        content.put(name, checksum(file));
      }
    }
    return content;
  }

  /** Of a model the weights alone, because its history contains times. */
  private static long checksum(Path file) throws IOException {
    if (file.toString().endsWith(".keras")) {
      try (ZipFile model = new ZipFile(file.toFile())) {
        return model.getEntry("model.weights.h5").getCrc();
      }
    }
    CRC32C crc = new CRC32C();
    crc.update(Files.readAllBytes(file));
    return crc.getValue();
  }
}
