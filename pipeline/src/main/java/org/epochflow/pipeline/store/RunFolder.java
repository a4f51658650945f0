package org.epochflow.pipeline.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;
import org.epochflow.model.format.KerasFile;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.TrainingState;

/**
 * A run's folder. The newest checkpoint is the only truth: it is written first, and whatever a kill
 * kept from following is made from it again. A folder with {@code config.json} is a run, and has a
 * checkpoint.
 */
public final class RunFolder {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int KEPT_CHECKPOINTS = 3;
  private static final List<String> FILES =
      List.of("best_model.keras", "history.csv", "timings.csv", "metrics.json", "report.html");
  private static final List<String> FOLDERS =
      List.of("checkpoints", "data", "misclassified", "work");
  private final String path;

  /**
   * @param path absolute
   */
  public RunFolder(String path) {
    this.path = path;
  }

  public String path() {
    return path;
  }

  /** Where the data set's manifest and unpacked files are. */
  public String data() {
    return path + "/data";
  }

  /** Where an epoch keeps its files while it runs. */
  public String work() {
    return path + "/work";
  }

  public String bestModel() {
    return path + "/best_model.keras";
  }

  public String misclassified() {
    return path + "/misclassified";
  }

  public String report() {
    return path + "/report.html";
  }

  /** The content of a JSON file of the run; empty where it is not there. */
  public Optional<JsonNode> json(String name) throws IOException {
    String file = path + "/" + name;
    return Storage.exists(file) ? Optional.of(JSON.readTree(Storage.read(file))) : Optional.empty();
  }

  /** Where what is known of the run's data is, examples of it among that. */
  public String manifest() {
    return data() + "/manifest.json";
  }

  /** Where the configuration is. */
  public String configFile() {
    return path + "/config.json";
  }

  private String metricsFile() {
    return path + "/metrics.json";
  }

  private String checkpoint(int epoch) {
    return "%s/checkpoints/epoch-%05d.keras".formatted(path, epoch);
  }

  /** Whether this is a run. */
  public boolean isRun() throws IOException {
    return Storage.exists(configFile());
  }

  /**
   * Makes room for a new run: what one left that came to no checkpoint is removed. Files of other
   * names than a run's may stay beside it.
   *
   * @throws FolderInUseException where something else has one of a run's names, or no folder can be
   */
  public void claim() throws IOException {
    if (isBegun()) {
      discard();
    }
    FolderInUseException.requireFree(path, "a run's files", FILES, FOLDERS);
    try {
      Storage.writeText(begun(), "");
    } catch (IOException e) {
      String reason = e instanceof FileSystemException ? "" : " (%s)".formatted(e.getMessage());
      throw new FolderInUseException(
          "Expected an output folder that can be written, found " + path + reason, e);
    }
  }

  /** Whether all that is here is of a run that came to no checkpoint. */
  private boolean isBegun() throws IOException {
    return !isRun() && !Storage.list(begun() + "*").isEmpty();
  }

  private String begun() {
    return work() + "/begun";
  }

  /** Makes this a run: the state it begins from, then its configuration, a text of JSON. */
  public void begin(String config, TrainingState state) throws IOException {
    write(checkpoint(0), state);
    configure(config);
  }

  /** Writes the configuration, a text of JSON. */
  public void configure(String config) throws IOException {
    Storage.writeText(configFile(), config);
  }

  /**
   * The state of the newest checkpoint.
   *
   * @throws ModelFormatException where it is damaged
   */
  public TrainingState latest() throws IOException {
    List<Integer> epochs = checkpoints();
    if (epochs.isEmpty()) {
      throw new ModelFormatException(
          "Expected a checkpoint, found none (%s/checkpoints)".formatted(path));
    }
    return read(checkpoint(epochs.get(epochs.size() - 1)));
  }

  private static TrainingState read(String file) throws IOException {
    try (InputStream in = Storage.stream(file)) {
      return KerasFile.read(in, file)
          .state()
          .orElseThrow(
              () ->
                  new ModelFormatException("Expected a checkpoint, found a model (" + file + ")"));
    }
  }

  private static void write(String file, TrainingState state) throws IOException {
    Storage.write(file, out -> KerasFile.write(state, out));
  }

  /** Saves the state after an epoch, and all that follows from it. */
  public void commit(TrainingState state) throws IOException {
    write(checkpoint(state.epoch()), state);
    if (state.lastIsBest()) {
      write(bestModel(), state);
    }
    writeHistory(state);
    prune(state);
  }

  /** Makes again what a kill kept from following the newest checkpoint, and clears the rest. */
  public void restore(TrainingState state) throws IOException {
    if (state.bestEpoch() >= 0) {
      write(bestModel(), state.lastIsBest() ? state : read(checkpoint(state.bestEpoch() + 1)));
    }
    writeHistory(state);
    Storage.deleteAll(work());
    deleteUnfinished();
  }

  /** Removes files that a kill kept from getting their names. */
  private void deleteUnfinished() throws IOException {
    Storage.delete(
        Storage.tree(path).stream()
            .map(file -> file.resourceId().toString())
            .filter(file -> file.endsWith(".tmp"))
            .toList());
  }

  /** The epochs that are done, as far as {@code history.csv} tells; it has no seconds. */
  public List<EpochRow> history() throws IOException {
    String file = path + "/history.csv";
    return Storage.exists(file) ? HistoryCsv.read(Storage.readText(file)) : List.of();
  }

  private void writeHistory(TrainingState state) throws IOException {
    Storage.writeText(path + "/history.csv", HistoryCsv.history(state));
    Storage.writeText(path + "/timings.csv", HistoryCsv.timings(state));
  }

  /** Keeps the last few checkpoints and the best. */
  private void prune(TrainingState state) throws IOException {
    Storage.delete(
        checkpoints().stream()
            .filter(epoch -> epoch <= state.epoch() - KEPT_CHECKPOINTS)
            .filter(epoch -> epoch != state.bestEpoch() + 1)
            .map(this::checkpoint)
            .toList());
  }

  /** The epochs after which there is a checkpoint, ascending. */
  private List<Integer> checkpoints() throws IOException {
    return Storage.list(path + "/checkpoints/epoch-*.keras").stream()
        .map(file -> file.resourceId().toString().replaceFirst(".*epoch-(\\d+)\\.keras$", "$1"))
        .map(Integer::valueOf)
        .sorted()
        .toList();
  }

  /** Writes what is known of the data, a text of JSON. */
  public void writeStatistics(String statistics) throws IOException {
    Storage.writeText(data() + "/statistics.json", statistics);
  }

  /** Whether the run has been evaluated since it last trained. */
  public boolean isFinished() throws IOException {
    return Storage.exists(metricsFile());
  }

  /** The figures, as {@link #finish} wrote them. */
  public JsonNode metrics() throws IOException {
    return JSON.readTree(Storage.read(metricsFile()));
  }

  /** Takes back the figures, because the run goes on. */
  public void reopen() throws IOException {
    Storage.delete(List.of(metricsFile()));
  }

  /** Writes the figures, last of all. */
  public void finish(Metrics metrics) throws IOException {
    Storage.writeText(metricsFile(), metrics.toJson());
  }

  /** Removes what was written since {@link #claim}, unless this became a run. */
  public void discard() throws IOException {
    if (isBegun()) {
      Storage.deleteAll(data());
      Storage.deleteAll(path + "/checkpoints");
      Storage.deleteAll(work());
      Storage.deleteIfEmpty(path);
    }
  }
}
