package org.epochflow.pipeline.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.pipeline.store.Lease;
import org.epochflow.pipeline.store.ModelFile;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;

/**
 * A registry's folder: {@code versions/00012/}, each a run's folder; {@code ledger.jsonl}, the only
 * source of truth for decisions; {@code champion}, which follows from it; {@code lease}, while a
 * process is at work.
 *
 * <p>The ledger is replaced whole: a file system need not be able to append. Each version has a
 * copy of the decision on it, {@code decision.json}, so that a ledger that is lost is noticed and
 * can be rebuilt. A version whose training finished is never deleted.
 */
public final class Registry {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REQUEST = "retraining.json";
  private static final String DECISION = "decision.json";
  private static final Pattern VERSION = Pattern.compile("\\d{5,9}");
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

  /**
   * The decisions so far; none if there is no registry yet.
   *
   * @throws RegistryException if a version has been decided on, and the ledger has lost that
   * @throws ModelFormatException if the ledger is damaged
   */
  public Ledger ledger() throws IOException {
    Ledger ledger = read();
    List<Integer> decided = new ArrayList<>(versionsWith(DECISION));
    namedChampion().filter(versions()::contains).ifPresent(decided::add);
    for (int version : decided) {
      if (!ledger.ended(version)) {
        throw lost("the decision on version " + name(version));
      }
    }
    return ledger;
  }

  /** Whether there is a ledger. */
  public boolean exists() throws IOException {
    return Storage.exists(ledgerFile());
  }

  /**
   * The decisions so far, as the ledger alone has them: one file is read.
   *
   * @throws ModelFormatException if it is damaged
   */
  public Ledger read() throws IOException {
    Optional<String> text = Storage.textIfExists(ledgerFile());
    return text.isEmpty() ? Ledger.EMPTY : Ledger.fromJsonLines(text.get(), ledgerFile());
  }

  /** Says that something is missing that the ledger had, and the way back. */
  RegistryException lost(String what) {
    return new RegistryException(
        "Expected %s, found none (%s); registry recover rebuilds the ledger from the versions"
            .formatted(what, ledgerFile()));
  }

  /** The version that the champion's file names. */
  Optional<Integer> namedChampion() throws IOException {
    return championAsWritten().filter(VERSION.asMatchPredicate()).map(Integer::valueOf);
  }

  String ledgerFile() {
    return folder + "/ledger.jsonl";
  }

  private String decisionFile(int version) {
    return run(version).path() + "/" + DECISION;
  }

  /** The decision on a version as its folder has it; empty if there is none that can be read. */
  Optional<LedgerEntry> decision(int version) throws IOException {
    Optional<String> text = Storage.textIfExists(decisionFile(version));
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Ledger.entry(text.get()));
    } catch (JsonProcessingException | ModelFormatException damaged) {
      return Optional.empty();
    }
  }

  private String championFile() {
    return folder + "/champion";
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
    if (!read().equals(before)) {
      throw new IOException(
          "Expected the ledger as it was when this began, found another (%s)"
              .formatted(ledgerFile()));
    }
    write(after);
    return after;
  }

  /** Writes a ledger, and what follows from it. */
  void write(Ledger ledger) throws IOException {
    Storage.writeText(ledgerFile(), ledger.toJsonLines());
    restore(ledger);
  }

  /** Deletes what a killed process was writing. */
  void deleteUnfinished() throws IOException {
    Storage.deleteUnfinished(Storage.list(folder));
    Storage.deleteUnfinished(files());
  }

  /** Makes the champion's file and the versions' copies of decisions what the ledger says. */
  void restore(Ledger ledger) throws IOException {
    restoreChampion(ledger);
    List<Integer> decided = versionsWith(DECISION);
    for (int version : versions()) {
      Optional<LedgerEntry> entry = ledger.trained(version);
      if (entry.isPresent() && !decided.contains(version)) {
        Storage.writeText(decisionFile(version), Ledger.line(entry.get()) + "\n");
      }
    }
  }

  private void restoreChampion(Ledger ledger) throws IOException {
    Optional<String> name = ledger.champion().map(Registry::name);
    if (name.isEmpty()) {
      Storage.delete(List.of(championFile()));
    } else if (!name.equals(championAsWritten())) {
      Storage.writeText(championFile(), name.get() + "\n");
    }
  }

  /** The content of the champion's file; empty if it does not exist. */
  Optional<String> championAsWritten() throws IOException {
    return Storage.textIfExists(championFile()).map(String::strip);
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

  /** The request of a version; empty if it cannot be read. */
  Optional<RetrainingRequest> request(int version) throws IOException {
    Optional<String> text = Storage.textIfExists(requestFile(version));
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(JSON.readValue(text.get(), RetrainingRequest.class));
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
    int largest = versions().stream().mapToInt(Integer::intValue).max().orElse(0);
    return 1 + Math.max(largest, ledger.largestVersion());
  }

  /** The versions that were begun and whose folders are there, ascending. */
  List<Integer> begun() throws IOException {
    return versionsWith(REQUEST);
  }

  /** The versions whose folders have a file of this name, ascending. */
  private List<Integer> versionsWith(String file) throws IOException {
    Set<String> files = Set.copyOf(files());
    return versions(files).stream()
        .filter(version -> files.contains(run(version).path() + "/" + file))
        .toList();
  }

  private List<String> files() throws IOException {
    return Storage.tree(folder + "/versions");
  }

  /** The versions that have files, ascending. */
  List<Integer> versions() throws IOException {
    return versions(files());
  }

  private List<Integer> versions(Collection<String> files) {
    int name = folder.length() + "/versions/".length();
    return files.stream()
        .map(file -> file.substring(name).replaceFirst("/.*", ""))
        .filter(VERSION.asMatchPredicate())
        .map(Integer::valueOf)
        .distinct()
        .sorted()
        .toList();
  }

  /** Removes a version whose training never finished; one that finished stays. */
  void remove(int version) throws IOException {
    if (!run(version).isFinished() && !namedChampion().equals(Optional.of(version))) {
      Storage.deleteAll(run(version).path());
      Storage.deleteIfEmpty(folder + "/versions");
    }
  }

  /** Removes the folder of a registry that has nothing but the lease of this process. */
  void removeIfEmpty() throws IOException {
    if (Storage.tree(folder).size() <= 1 && read().entries().isEmpty()) {
      Storage.deleteAll(folder);
    }
  }

  /**
   * Returns the model of a version, as it was trained.
   *
   * @throws RegistryException if there is no such version
   * @throws ModelFormatException if its file is missing or is something else
   */
  public SavedModel sound(int version, Ledger ledger) throws IOException {
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
}
