package org.epochflow.pipeline.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.pipeline.store.Lease;
import org.epochflow.pipeline.store.ModelFile;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;

/**
 * A registry's folder: {@code versions/00012/}, each a run's folder; {@code ledger.jsonl}, the only
 * source of truth for decisions; {@code champion}, which follows from it; {@code lease}.
 *
 * <p>The ledger is replaced whole: a file system need not be able to append.
 */
public final class Registry {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REQUEST = "retraining.json";
  private final String folder;

  /**
   * @param folder absolute
   */
  public Registry(String folder) {
    this.folder = folder;
  }

  /** Takes the right to write here. */
  Lease lease(Clock clock) throws IOException {
    return Lease.take(folder + "/lease", clock);
  }

  /** The decisions so far; none if there is no registry yet. */
  public Ledger ledger() throws IOException {
    try {
      return Ledger.fromJsonLines(text(ledgerFile()), ledgerFile());
    } catch (FileNotFoundException none) {
      return Ledger.EMPTY;
    }
  }

  private String ledgerFile() {
    return folder + "/ledger.jsonl";
  }

  private String championFile() {
    return folder + "/champion";
  }

  private static String text(String file) throws IOException {
    return Storage.readText(file);
  }

  /**
   * Writes a decision, then its consequences.
   *
   * @param before the ledger that the decision was made on
   * @return the ledger with it
   * @throws IOException if another process has taken the lease or changed the ledger
   */
  Ledger record(LedgerEntry decision, Ledger before, Lease lease, Clock clock) throws IOException {
    Ledger after = before.plus(decision, clock);
    lease.requireHeld();
    if (!ledger().equals(before)) {
      throw new IOException(
          "Expected the ledger as it was when this began, found another (%s)"
              .formatted(ledgerFile()));
    }
    Storage.writeText(ledgerFile(), after.toJsonLines());
    restoreChampion(after);
    return after;
  }

  /** Makes the champion's file what the ledger says. */
  void restoreChampion(Ledger ledger) throws IOException {
    Optional<String> name = ledger.champion().map(Registry::name);
    if (name.isEmpty()) {
      Storage.delete(List.of(championFile()));
    } else if (!name.equals(championAsWritten())) {
      Storage.writeText(championFile(), name.get() + "\n");
    }
  }

  /** The content of the champion's file; empty if it does not exist. */
  Optional<String> championAsWritten() throws IOException {
    try {
      return Optional.of(text(championFile()).strip());
    } catch (FileNotFoundException none) {
      return Optional.empty();
    }
  }

  /** {@code 00012}. */
  public static String name(int version) {
    return String.format(Locale.ROOT, "%05d", version);
  }

  /** The folder of a version. */
  public RunFolder run(int version) {
    return new RunFolder(folder + "/versions/" + name(version));
  }

  /** Says for whom a version is trained, before anything else is written of it. */
  void open(int version, RetrainingRequest request) throws IOException {
    Storage.writeText(requestFile(version), JSON.writeValueAsString(request) + "\n");
  }

  private String requestFile(int version) {
    return run(version).path() + "/" + REQUEST;
  }

  /** The request of an unfinished version; empty if it cannot be read. */
  Optional<RetrainingRequest> request(int version) throws IOException {
    try {
      return Optional.of(JSON.readValue(text(requestFile(version)), RetrainingRequest.class));
    } catch (JsonProcessingException damaged) {
      return Optional.empty();
    }
  }

  /** The version that was begun and of which nothing was decided. */
  Optional<Integer> unfinished(Ledger ledger) throws IOException {
    return begun().stream().filter(version -> !ledger.ended(version)).findFirst();
  }

  /** The number of the next version: numbers are not used again. */
  int next(Ledger ledger) throws IOException {
    int begun = begun().stream().mapToInt(Integer::intValue).max().orElse(0);
    return 1 + Math.max(begun, ledger.largestVersion());
  }

  /** The versions whose folders are there, ascending. */
  List<Integer> begun() throws IOException {
    return Storage.list(folder + "/versions/*/" + REQUEST).stream()
        .map(file -> file.resourceId().getCurrentDirectory().getFilename())
        .map(name -> Integer.valueOf(String.valueOf(name).replace("/", "")))
        .sorted()
        .toList();
  }

  /** Removes a version of which nothing is to be kept. */
  void remove(int version) throws IOException {
    Storage.deleteAll(run(version).path());
    Storage.deleteIfEmpty(folder + "/versions");
  }

  /** Removes the folder of a registry that has nothing but the lease of this process. */
  void removeIfEmpty() throws IOException {
    if (Storage.tree(folder).size() <= 1 && ledger().entries().isEmpty()) {
      Storage.deleteAll(folder);
    }
  }

  /**
   * Returns the model of a version, as it was trained.
   *
   * @throws RegistryException if there is no such version
   * @throws ModelFormatException if its file is missing or is something else
   */
  SavedModel sound(int version, Ledger ledger) throws IOException {
    String expected =
        ledger
            .trained(version)
            .map(LedgerEntry::figures)
            .map(LedgerEntry.Figures::parametersSha256)
            .orElseThrow(
                () ->
                    new RegistryException(
                        "Expected a version that was trained to its end, found " + name(version)));
    String file = run(version).bestModel();
    SavedModel model;
    try {
      model = ModelFile.read(file);
    } catch (FileNotFoundException e) {
      throw new ModelFormatException("Expected a model, found none (%s)".formatted(file), e);
    }
    String found = ParametersHash.sha256(model.parameters());
    if (!found.equals(expected)) {
      throw new ModelFormatException(
          "Expected the parameters %s, as the ledger has them, found %s (%s)"
              .formatted(expected, found, file));
    }
    return model;
  }

  /**
   * Makes a version the champion on request.
   *
   * @throws RegistryException if there is no such version
   * @throws ModelFormatException if it is damaged
   */
  public LedgerEntry promote(int version, Clock clock) throws IOException {
    try (Lease lease = lease(clock)) {
      Ledger ledger = ledger();
      requireOther(version, ledger);
      sound(version, ledger);
      return record(LedgerEntry.of(Decision.PROMOTED, version, "by hand"), ledger, lease, clock)
          .last();
    }
  }

  private static void requireOther(int version, Ledger ledger) throws RegistryException {
    if (ledger.champion().filter(champion -> champion == version).isPresent()) {
      throw new RegistryException(
          "Expected another version than the champion, found " + name(version));
    }
  }

  /**
   * Makes the previous champion the champion again.
   *
   * @throws RegistryException if there was none before
   * @throws ModelFormatException if it is damaged
   */
  public LedgerEntry rollBack(Clock clock) throws IOException {
    try (Lease lease = lease(clock)) {
      Ledger ledger = ledger();
      int version =
          ledger
              .beforeChampion()
              .orElseThrow(
                  () ->
                      new RegistryException(
                          "Expected a champion before the present one, found none (%s)"
                              .formatted(ledgerFile())));
      sound(version, ledger);
      String why = "by hand, in place of version " + name(ledger.champion().orElseThrow());
      return record(LedgerEntry.of(Decision.ROLLED_BACK, version, why), ledger, lease, clock)
          .last();
    }
  }
}
