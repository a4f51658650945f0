package org.epochflow.pipeline.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.augmentation.Augment;
import org.epochflow.model.nn.layer.augmentation.Interval;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.Direct;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.run.FixedJob;
import org.epochflow.pipeline.run.TrainingListener;
import org.epochflow.pipeline.store.Lease;
import org.epochflow.pipeline.store.LeaseHeldException;
import org.epochflow.pipeline.store.Storage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nights over one registry, on the DirectRunner. */
final class RetrainingTest {
  private static final Clock NIGHT =
      Clock.fixed(Instant.parse("2026-11-23T02:30:00Z"), ZoneOffset.UTC);
  private static final TrainingConfig CONFIG = SmallNetworks.config(2, new SplitRule(0.2, true));
  private final Path folder;
  private final Registry registry;
  private final List<LedgerEntry> told = new ArrayList<>();
  private final DataFiles files;

  RetrainingTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    registry = new Registry(folder.resolve("registry").toString());
    files = SmallData.sound(folder.resolve("data"), 90, 40);
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** As a process that ends there. */
  private static final class KilledInTheSecondEpoch implements Execution {
    @Override
    public void run(String name, Consumer<Pipeline> graph, Watch watch) throws IOException {
      if (name.equals("epoch 2")) {
        throw new Killed();
      }
      Direct.execution(2).run(name, graph, watch);
    }
  }

  private Execution execution = Direct.execution(2);

  private Retraining.Night night(DataFiles data, String... words) throws IOException {
    return night(data, CONFIG, List.of(), null, words);
  }

  private Retraining.Night night(
      DataFiles data,
      TrainingConfig config,
      List<TrainingListener> listeners,
      @Nullable Double maxDrift,
      String... words)
      throws IOException {
    List<String> given = Arrays.asList(words);
    return new Retraining(registry, NIGHT, new Listeners<>(listeners, warning -> {}), told::add)
        .run(
            () ->
                new Retraining.Order(
                    FixedJob.of(config, data, 0),
                    given.contains("warmStart"),
                    given.contains("force"),
                    new Gates(null, given.contains("equalIsEnough") ? 0.0 : null, null),
                    maxDrift,
                    () -> execution));
  }

  private DataFiles more(String name, long seed) throws IOException {
    Source second = SmallData.random(folder.resolve(name), "train", 60, seed);
    return new DataFiles(List.of(files.train().get(0), second), files.test());
  }

  private String champion() throws IOException {
    return Files.readString(folder.resolve("registry/champion"));
  }

  private List<String> story() throws IOException {
    return registry.ledger().entries().stream()
        .map(e -> e.decision().word() + " " + e.version())
        .toList();
  }

  @Test
  void theFirstVersionIsTheChampionAndTheSameAgainIsNothingNew() throws IOException {
    Retraining.Night first = night(files);
    assertEquals(Decision.PROMOTED, first.decision().decision());
    assertEquals("the first version", first.decision().why());
    assertEquals("00001\n", champion());
    assertEquals(List.of(first.decision()), told);
    assertEquals(new LedgerEntry.Data(1, 90, 1, 40), first.decision().data());
    assertTrue(Files.exists(folder.resolve("registry/versions/00001/metrics.json")));
    assertEquals(new Retraining.Night(first.decision(), true), night(files));
    assertEquals(List.of("promoted 1"), story());

    Retraining.Night forced = night(files, "force");
    assertEquals(Decision.REFUSED, forced.decision().decision());
    LedgerEntry.Figures figures = forced.decision().figures();
    assertNotNull(figures);
    assertEquals(
        new LedgerEntry.Comparison(0, 0, 0, 1), figures.comparison(), "the same model twice");
    assertEquals(new Drift(0, 0, 0), forced.decision().drift());
    assertEquals("00001\n", champion());
    assertEquals(Decision.PROMOTED, night(files, "force", "equalIsEnough").decision().decision());
    assertEquals("00003\n", champion());
  }

  @Test
  void aChampionsFileThatIsGoneOrWrongFollowsFromTheLedgerAgain() throws IOException {
    night(files);
    Files.delete(folder.resolve("registry/champion"));
    assertTrue(night(files).nothingNew());
    assertEquals("00001\n", champion());
    Files.writeString(folder.resolve("registry/champion"), "00009\n");
    assertEquals(
        Optional.of(
            "Expected 00001, as the ledger has it, found 00009; the next retraining or order"
                + " mends it"),
        Verification.of(registry).get(1).damage());
    night(files);
    assertEquals("00001\n", champion());
  }

  @Test
  void aKilledNightIsGoneOnWithToTheSameBits() throws IOException {
    Registry whole = new Registry(folder.resolve("whole").toString());
    new Retraining(whole, NIGHT, Listeners.none(), told::add).run(() -> order(files));
    execution = new KilledInTheSecondEpoch();
    assertThrows(Killed.class, () -> night(files));
    execution = Direct.execution(2);
    List<Integer> epochs = new ArrayList<>();
    TrainingListener counter =
        new TrainingListener() {
          @Override
          public void epochBegan(TrainingState state) {
            epochs.add(state.epoch());
          }
        };
    night(files, CONFIG, List.of(counter), null);
    assertEquals(List.of(1), epochs, "Expected the first epoch to be there");
    assertEquals(List.of("failed 1", "promoted 1"), story());
    assertEquals(
        whole.ledger().trained(1).orElseThrow().figures(),
        registry.ledger().trained(1).orElseThrow().figures());
  }

  private Retraining.Order order(DataFiles data) {
    return new Retraining.Order(
        FixedJob.of(CONFIG, data, 0),
        false,
        false,
        new Gates(null, null, null),
        null,
        () -> Direct.execution(2));
  }

  @Test
  void anUnfinishedVersionIsGivenUpWhereOtherDataHaveCome() throws IOException {
    registry.open(1, new RetrainingRequest("other", "config"));
    Files.writeString(folder.resolve("registry/versions/00001/history.csv"), "");
    night(files);
    assertEquals(List.of("abandoned 1", "promoted 2"), story());
    assertFalse(Files.exists(folder.resolve("registry/versions/00001")));
    assertEquals("data or configuration changed before it was done", told.get(0).why());
  }

  @Test
  void anUnfinishedVersionThatIsDamagedIsGivenUp() throws IOException {
    registry.open(1, RetrainingRequest.of(files, order(files).identity()));
    Files.writeString(folder.resolve("registry/versions/00001/config.json"), "{");
    night(files);
    assertEquals(List.of("abandoned 1", "promoted 2"), story());
    assertTrue(told.get(0).why().startsWith("damaged before it was done: "), told.toString());
  }

  @Test
  void badDataIsAFailureThatLeavesNoVersionAndIsTriedAgain() throws IOException {
    night(files);
    DataFiles bad = SmallData.withRejected(folder.resolve("bad"));
    for (int i = 0; i < 2; i++) {
      assertThrows(BadDataException.class, () -> night(bad));
    }
    assertEquals(List.of("promoted 1", "failed null", "failed null"), story());
    assertFalse(Files.exists(folder.resolve("registry/versions/00002")));
  }

  @Test
  void aFailureBeforeTheFirstVersionLeavesNothing() throws IOException {
    DataFiles bad = SmallData.withRejected(folder.resolve("bad"));
    assertThrows(BadDataException.class, () -> night(bad));
    assertFalse(Files.exists(folder.resolve("registry")));
    assertEquals(List.of(Decision.FAILED), told.stream().map(LedgerEntry::decision).toList());
  }

  @Test
  void dataTooFarFromTheChampionsAreNotTrainedOn() throws IOException {
    night(files);
    byte[] pixels = new byte[40 * SmallData.HEIGHT * SmallData.WIDTH];
    DataFiles black =
        new DataFiles(
            List.of(SmallData.write(folder.resolve("black"), "train", new byte[40], pixels)),
            files.test());
    LedgerEntry drifted = night(black, CONFIG, List.of(), 0.3).decision();
    assertEquals(Decision.DRIFTED, drifted.decision());
    assertTrue(
        drifted.why().matches("the training data are 0\\.[0-9]{4} from .* --maxDrift=0.3"),
        drifted.why());
    assertFalse(Files.exists(folder.resolve("registry/versions/00002")));
    assertEquals(Decision.DRIFTED, night(black, CONFIG, List.of(), 0.3).decision().decision());
    assertEquals(Decision.REFUSED, night(black, CONFIG, List.of(), 1.0).decision().decision());
  }

  @Test
  void aDamagedChampionStopsTheNightAndIsRolledBack() throws IOException {
    night(files);
    night(more("more", 8), "equalIsEnough");
    if (registry.ledger().champion().orElseThrow() == 1) {
      Promotion.of(2, registry, NIGHT);
    }
    Path model = folder.resolve("registry/versions/00002/best_model.keras");
    Files.write(model, Arrays.copyOf(Files.readAllBytes(model), 1000));
    ModelFormatException refusal =
        assertThrows(ModelFormatException.class, () -> night(more("third", 9)));
    assertTrue(
        String.valueOf(refusal.getMessage())
            .startsWith("The champion, version 00002, is damaged; registry rollback"),
        refusal.getMessage());
    assertTrue(Verification.of(registry).get(1).damage().isPresent());
    assertEquals(Decision.ROLLED_BACK, Promotion.rollBack(registry, NIGHT).decision());
    assertEquals("00001\n", champion());
    assertThrows(RegistryException.class, () -> Promotion.rollBack(registry, NIGHT));
    assertThrows(ModelFormatException.class, () -> Promotion.of(2, registry, NIGHT));
    assertThrows(RegistryException.class, () -> Promotion.of(1, registry, NIGHT));
    assertThrows(RegistryException.class, () -> Promotion.of(9, registry, NIGHT));
  }

  /** Also where its images are changed in another way than the champion's. */
  @Test
  void aWarmStartBeginsWithTheChampionsParameters() throws IOException {
    Architecture augmented =
        Augment.parse("flip,crop=2")
            .inFrontOf(
                CONFIG.architecture(),
                Shape.of(SmallData.HEIGHT, SmallData.WIDTH),
                new Interval(0, 1));
    TrainingConfig config = SmallNetworks.config(augmented, CONFIG.parallel());
    night(files, "warmStart");
    TrainingState[] begun = new TrainingState[1];
    TrainingListener first =
        new TrainingListener() {
          @Override
          public void epochBegan(TrainingState state) {
            begun[0] = state.epoch() == 0 ? state : begun[0];
          }
        };
    night(more("more", 8), config, List.of(first), null, "warmStart");
    LedgerEntry.Figures figures = registry.ledger().trained(1).orElseThrow().figures();
    assertNotNull(figures);
    assertEquals(figures.parametersSha256(), ParametersHash.sha256(begun[0].model().parameters()));
  }

  @Test
  void twoAtOnceAreOneAndARefusal() throws IOException {
    try (Lease lease = registry.lease(NIGHT)) {
      assertThrows(LeaseHeldException.class, () -> night(files));
      lease.requireHeld();
    }
    assertEquals(List.of(), told);
    assertFalse(Storage.exists(folder + "/registry/ledger.jsonl"));
  }

  @Test
  void aLostLedgerIsNoNewRegistryAndIsRecovered() throws IOException {
    night(files);
    night(more("more", 8), "equalIsEnough");
    Path ledger = folder.resolve("registry/ledger.jsonl");
    List<LedgerEntry> before = registry.ledger().entries();
    byte[] whole = Files.readAllBytes(ledger);
    String champion = champion();
    for (byte[] lost : List.of(new byte[0], Arrays.copyOf(whole, 700), new byte[10])) {
      Files.write(ledger, lost);
      refusedAndRecovered(before, champion);
    }
    Files.delete(ledger);
    refusedAndRecovered(before, champion);
    assertEquals(Optional.empty(), Recovery.of(registry, NIGHT));
  }

  private void refusedAndRecovered(List<LedgerEntry> before, String champion) throws IOException {
    IOException refusal = assertThrows(IOException.class, () -> night(more("third", 9)));
    assertTrue(
        String.valueOf(refusal.getMessage()).contains("registry recover"), refusal.getMessage());
    assertEquals(List.of(1, 2), registry.begun());
    assertEquals(before, Recovery.of(registry, NIGHT).orElseThrow().ledger().entries());
    assertEquals(before, registry.ledger().entries());
    assertEquals(champion, champion());
    assertTrue(Verification.of(registry).stream().allMatch(found -> found.damage().isEmpty()));
  }

  @Test
  void aLedgerOfVersionsWithoutCopiesIsRebuiltFromTheirFigures() throws IOException {
    night(files);
    night(files, "force");
    LedgerEntry first = registry.ledger().entries().get(0);
    for (String file : List.of("ledger.jsonl", "versions/00001/decision.json")) {
      Files.delete(folder.resolve("registry").resolve(file));
    }
    Files.delete(folder.resolve("registry/versions/00002/decision.json"));
    assertThrows(RegistryException.class, () -> night(more("third", 9)));
    Recovery recovery = Recovery.of(registry, NIGHT).orElseThrow();
    assertEquals(List.of("refused 1", "refused 2", "promoted 1"), story());
    assertEquals(
        first.figures(), registry.ledger().trained(1).orElseThrow().figures(), "from metrics.json");
    assertTrue(recovery.unknown().get(0).contains("00001"), recovery.toString());
    assertEquals("00001\n", champion());
    assertEquals(3, night(more("third", 9)).decision().version());
  }

  @Test
  void aFinishedVersionIsNeverDeleted() throws IOException {
    night(files);
    for (String file : List.of("ledger.jsonl", "champion", "versions/00001/decision.json")) {
      Files.delete(folder.resolve("registry").resolve(file));
    }
    assertThrows(RegistryException.class, () -> night(more("other", 9)));
    assertTrue(Files.exists(folder.resolve("registry/versions/00001/best_model.keras")));
    assertEquals(Decision.PROMOTED, night(files).decision().decision(), "as after a kill");
  }
}
