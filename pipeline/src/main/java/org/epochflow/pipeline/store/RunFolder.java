package org.epochflow.pipeline.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.epochflow.model.format.SavedModel;
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
  private static final List<String> FILES =
      List.of("best_model.keras", "history.csv", "timings.csv", "metrics.json", "report.html");
  private static final List<String> FOLDERS =
      List.of("checkpoints", "data", "misclassified", "work");
  private final String path;
  private final Checkpoints checkpoints;

  /**
   * @param path absolute
   */
  public RunFolder(String path) {
    this.path = path;
    checkpoints = new Checkpoints(path + "/checkpoints");
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

  /**
   * Takes the right to write here.
   *
   * @throws LeaseHeldException if another process holds it
   */
  public Lease lease() throws IOException {
    return Lease.ofFolder(path);
  }

  /** Whether this is a run. */
  public boolean isRun() throws IOException {
    return Storage.exists(configFile());
  }

  /**
   * Makes room for a new run: deletes what a run without a checkpoint left. Files with names that a
   * run does not use stay.
   *
   * @throws FolderInUseException if another file has a name that a run uses
   */
  public void claim() throws IOException {
    if (isBegun()) {
      discard();
    }
    FolderInUseException.requireFree(path, "a run's files", FILES, FOLDERS);
    Storage.writeText(begun(), "");
  }

  /** Whether the files here are those of a run without a checkpoint. */
  private boolean isBegun() throws IOException {
    return !isRun() && Storage.list(work()).stream().anyMatch(this::isBeginning);
  }

  private String begun() {
    return work() + "/begun";
  }

  /** Whether a file is the mark of a run that begins, or what a killed process wrote of it. */
  private boolean isBeginning(String file) {
    return file.equals(begun()) || Storage.isUnfinished(file);
  }

  /** Makes this folder a run: writes its first state, then its configuration, a text of JSON. */
  public void begin(String config, TrainingState state) throws IOException {
    checkpoints.write(state);
    configure(config);
  }

  /** Writes the configuration, a text of JSON. */
  public void configure(String config) throws IOException {
    Storage.writeText(configFile(), config);
  }

  /**
   * The state of the newest checkpoint that is sound.
   *
   * @throws ModelFormatException if none is, about the newest
   */
  public TrainingState latest() throws IOException {
    return checkpoints.latest();
  }

  /** Saves the state after an epoch, and the files that follow from it. */
  public void commit(TrainingState state) throws IOException {
    checkpoints.write(state);
    if (state.lastIsBest()) {
      Checkpoints.write(bestModel(), state);
    }
    writeHistory(state);
    checkpoints.prune(state);
  }

  /**
   * Renames newer checkpoints, which are damaged, rebuilds the files that follow from the newest
   * one that is sound, and deletes unfinished ones.
   *
   * @param state of {@link #latest}
   * @return the new names of the damaged checkpoints
   */
  public List<String> restore(TrainingState state) throws IOException {
    List<String> damaged = checkpoints.setAsideNewerThan(state);
    if (state.bestEpoch() >= 0) {
      Optional<TrainingState> best = checkpoints.best(state, bestModel());
      if (best.isPresent()) {
        Checkpoints.write(bestModel(), best.get());
      }
    }
    writeHistory(state);
    Storage.deleteAll(work());
    deleteUnfinished();
    return damaged;
  }

  /**
   * The best model of a training that has stopped.
   *
   * @throws ModelFormatException if it is damaged or of another epoch
   */
  public SavedModel best(TrainingState stopped) throws IOException {
    SavedModel model = ModelFile.read(bestModel());
    int epoch = stopped.bestEpoch() + 1;
    if (model.state().filter(state -> state.epoch() == epoch).isEmpty()) {
      throw checkpoints.lost(epoch, bestModel());
    }
    return model;
  }

  /** Deletes files that were not renamed to their names. */
  public void deleteUnfinished() throws IOException {
    Storage.deleteUnfinished(Storage.tree(path));
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
