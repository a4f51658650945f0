package org.epochflow.pipeline.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.epochflow.model.format.KerasFile;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.TrainingState;

/**
 * A run's folder. The newest checkpoint is the only truth: it is written first, and a resumed run
 * rebuilds from it the files that a killed one did not write. A folder with {@code config.json} is
 * a run, and has a checkpoint.
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

  /** The content of a JSON file of the run; empty if there is no such file. */
  public Optional<JsonNode> json(String name) throws IOException {
    String file = path + "/" + name;
    return Storage.exists(file) ? Optional.of(JSON.readTree(Storage.read(file))) : Optional.empty();
  }

  /** The path of the description of the run's data, which includes examples. */
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
    return String.format(Locale.ROOT, "%s/checkpoints/epoch-%05d.keras", path, epoch);
  }

  /** Whether this is a run. */
  public boolean isRun() throws IOException {
    return Storage.exists(configFile());
  }

  /**
   * Makes room for a new run: deletes what a run without a checkpoint left. Files with names that a
   * run does not use stay.
   *
   * @throws FolderInUseException if another file has a name that a run uses, or if the folder
   *     cannot be written
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

  /** Whether the files here are those of a run without a checkpoint. */
  private boolean isBegun() throws IOException {
    return !isRun() && !Storage.list(begun() + "*").isEmpty();
  }

  private String begun() {
    return work() + "/begun";
  }

  /** Makes this folder a run: writes its first state, then its configuration, a text of JSON. */
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
   * @throws ModelFormatException if it is damaged
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
    return ModelFile.read(file)
        .state()
        .orElseThrow(
            () -> new ModelFormatException("Expected a checkpoint, found a model (" + file + ")"));
  }

  private static void write(String file, TrainingState state) throws IOException {
    Storage.write(file, out -> KerasFile.write(state, out));
  }

  /** Saves the state after an epoch, and the files that follow from it. */
  public void commit(TrainingState state) throws IOException {
    write(checkpoint(state.epoch()), state);
    if (state.lastIsBest()) {
      write(bestModel(), state);
    }
    writeHistory(state);
    prune(state);
  }

  /** Rebuilds the files that follow from the newest checkpoint, and deletes unfinished ones. */
  public void restore(TrainingState state) throws IOException {
    if (state.bestEpoch() >= 0) {
      write(bestModel(), state.lastIsBest() ? state : read(checkpoint(state.bestEpoch() + 1)));
    }
    writeHistory(state);
    Storage.deleteAll(work());
    deleteUnfinished();
  }

  /** Deletes files that were not renamed to their names. */
  private void deleteUnfinished() throws IOException {
    Storage.delete(
        Storage.tree(path).stream()
            .map(file -> file.resourceId().toString())
            .filter(file -> file.endsWith(".tmp"))
            .toList());
  }

  /** The finished epochs, as {@code history.csv} has them, without seconds. */
  public List<EpochRow> history() throws IOException {
    String file = path + "/history.csv";
    return Storage.exists(file) ? HistoryCsv.read(file) : List.of();
  }

  private void writeHistory(TrainingState state) throws IOException {
    HistoryCsv.write(path + "/history.csv", state.history());
    HistoryCsv.writeTimings(path + "/timings.csv", state.history());
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

  /** Writes the statistics of the data, a text of JSON. */
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

  /** Deletes the figures, because the run continues. */
  public void reopen() throws IOException {
    Storage.delete(List.of(metricsFile()));
  }

  /** Writes the figures, last of all. */
  public void finish(Metrics metrics) throws IOException {
    Storage.writeText(metricsFile(), metrics.toJson());
  }

  /** Deletes what was written since {@link #claim}, unless this became a run. */
  public void discard() throws IOException {
    if (isBegun()) {
      Storage.deleteAll(data());
      Storage.deleteAll(path + "/checkpoints");
      Storage.deleteAll(work());
      Storage.deleteIfEmpty(path);
    }
  }
}
