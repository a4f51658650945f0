package org.epochflow.pipeline.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.epochflow.model.format.KerasFile;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.train.TrainingState;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of a run, {@code epoch-00007.keras}: the last few and the best. A damaged one is
 * never deleted.
 */
record Checkpoints(String folder) {
  private static final int KEPT = 3;
  private static final Pattern NAME = Pattern.compile("epoch-(\\d{5,9})\\.keras");

  private String file(int epoch) {
    return String.format(Locale.ROOT, "%s/epoch-%05d.keras", folder, epoch);
  }

  /** The epochs after which there is a checkpoint, ascending. */
  private List<Integer> epochs() throws IOException {
    return Storage.list(folder).stream()
        .map(Storage::name)
        .map(NAME::matcher)
        .filter(Matcher::matches)
        .map(name -> Integer.valueOf(name.group(1)))
        .sorted()
        .toList();
  }

  void write(TrainingState state) throws IOException {
    write(file(state.epoch()), state);
  }

  static void write(String file, TrainingState state) throws IOException {
    Storage.write(file, out -> KerasFile.write(state, out));
  }

  private static TrainingState read(String file) throws IOException {
    return ModelFile.read(file)
        .state()
        .orElseThrow(
            () -> new ModelFormatException("Expected a checkpoint, found a model (" + file + ")"));
  }

  /**
   * The state of the newest one that is sound.
   *
   * @throws ModelFormatException if none is, about the newest
   */
  TrainingState latest() throws IOException {
    List<Integer> epochs = epochs();
    @Nullable ModelFormatException damage = null;
    for (int i = epochs.size() - 1; i >= 0; i--) {
      try {
        return read(file(epochs.get(i)));
      } catch (ModelFormatException e) {
        damage = damage == null ? e : damage;
      }
    }
    throw damage != null
        ? damage
        : new ModelFormatException("Expected a checkpoint, found none (%s)".formatted(folder));
  }

  /**
   * Renames those that are newer than the newest that is sound.
   *
   * @return their new names
   */
  List<String> setAsideNewerThan(TrainingState sound) throws IOException {
    List<String> damaged =
        epochs().stream().filter(epoch -> epoch > sound.epoch()).map(this::file).toList();
    List<String> aside = damaged.stream().map(file -> file + ".damaged").toList();
    Storage.move(damaged, aside);
    return aside;
  }

  /** Deletes those that neither belong to the last few epochs nor are the best. */
  void prune(TrainingState state) throws IOException {
    Storage.delete(
        epochs().stream()
            .filter(epoch -> epoch <= state.epoch() - KEPT)
            .filter(epoch -> epoch != state.bestEpoch() + 1)
            .map(this::file)
            .toList());
  }

  /**
   * The state after the best epoch of a state.
   *
   * @param copy a file that is the same as the best checkpoint, in case that one is damaged
   * @return empty if neither is sound and of this epoch; a training that has not stopped can still
   *     do without
   * @throws ModelFormatException if a training that has stopped has lost it
   */
  Optional<TrainingState> best(TrainingState state, String copy) throws IOException {
    if (state.lastIsBest()) {
      return Optional.of(state);
    }
    int epoch = state.bestEpoch() + 1;
    for (String file : List.of(file(epoch), copy)) {
      try {
        TrainingState found = read(file);
        if (found.epoch() == epoch) {
          return Optional.of(found);
        }
      } catch (ModelFormatException | FileNotFoundException e) {
        // The other file may be sound.
      }
    }
    if (state.stopped()) {
      throw lost(epoch, copy);
    }
    return Optional.empty();
  }

  /** Says that the model of an epoch is nowhere. */
  ModelFormatException lost(int epoch, String copy) {
    return new ModelFormatException(
        String.format(
            Locale.ROOT,
            "Expected the model of the best epoch, %d, found none that is sound (%s, %s)",
            epoch,
            file(epoch),
            copy));
  }
}
