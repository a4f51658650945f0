package org.epochflow.pipeline.experiment;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.epochflow.pipeline.store.FolderInUseException;
import org.epochflow.pipeline.store.Lease;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;

/**
 * An experiment's folder: the request, written first; one data set; a run's folder for each trial;
 * the results.
 *
 * @param path absolute
 * @param verb {@code tune} or {@code crossvalidate}; the request is in {@code VERB.json}
 * @param parts the word for its trials: {@code trials} or {@code folds}
 */
public record ExperimentFolder(String path, String verb, String parts) {
  /** The folder of a tuning. */
  public static ExperimentFolder ofTuning(String path) {
    return new ExperimentFolder(path, "tune", "trials");
  }

  /** The folder of a cross-validation. */
  public static ExperimentFolder ofCrossValidation(String path) {
    return new ExperimentFolder(path, "crossvalidate", "folds");
  }

  /** Where the data set's manifest and unpacked files are. */
  public String data() {
    return path + "/data";
  }

  /** Where pipelines leave what only the driver reads. */
  String work() {
    return path + "/work";
  }

  /** The folder of a trial. */
  public RunFolder run(int number) {
    return new RunFolder(String.format(Locale.ROOT, "%s/%s/%04d", path, parts, number));
  }

  private String request() {
    return "%s/%s.json".formatted(path, verb);
  }

  /**
   * Takes the right to write here.
   *
   * @throws org.epochflow.pipeline.store.LeaseHeldException if another process holds it
   */
  Lease lease() throws IOException {
    return Lease.ofFolder(path);
  }

  /** Deletes what a killed process was writing; a trial's folder does so itself. */
  void deleteUnfinished() throws IOException {
    Storage.deleteUnfinished(Storage.list(path));
    Storage.deleteUnfinished(Storage.tree(data()));
  }

  /** The text of the request; empty if nothing has begun here. */
  public Optional<String> asked() throws IOException {
    return Storage.textIfExists(request());
  }

  /**
   * Begins here.
   *
   * @throws FolderInUseException if something else has one of an experiment's names
   */
  public void begin(String request) throws IOException {
    FolderInUseException.requireFree(
        path, "the files of " + verb, List.of("config.json"), List.of("data", "work", parts));
    Storage.writeText(request(), request);
  }

  /** Removes what was written since {@link #begin}, unless a trial has become a run. */
  public void discard() throws IOException {
    if (!run(1).isRun()) {
      Storage.deleteAll(data());
      Storage.deleteAll(work());
      Storage.deleteAll(path + "/" + parts);
      Storage.delete(List.of(request()));
      Storage.deleteIfEmpty(path);
    }
  }

  /** The words of the command that resumes the work here. */
  public List<String> resume() {
    return List.of("epochflow", verb, "--resume", "--output=" + path);
  }

  /** Writes a file of results. */
  public void write(String name, String text) throws IOException {
    Storage.writeText(path + "/" + name, text);
  }
}
