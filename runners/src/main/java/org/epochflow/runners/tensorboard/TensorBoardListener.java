package org.epochflow.runners.tensorboard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.epochflow.model.format.ConfigJson;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.train.EarlyStopping.Monitor;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.data.DataSummary;
import org.epochflow.pipeline.run.TrainingListener;
import org.epochflow.pipeline.store.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Writes a run's figures for TensorBoard, in the layout of Keras's callback: folders {@code train}
 * and {@code validation}, steps from 0, tags {@code epoch_loss}, {@code epoch_accuracy} and {@code
 * epoch_learning_rate}, and {@code epoch_f1} and the like where they are asked for. It also writes
 * the configuration as a text. A resumed run writes its files again from the start, so that no step
 * appears twice. A failed write is a warning.
 */
public final class TensorBoardListener implements TrainingListener, AutoCloseable {
  private static final String OWNER = "epochflow-run.txt";
  private final Path folder;
  private final String run;
  private final Consumer<String> warnings;
  private @Nullable EventFile train;
  private @Nullable EventFile validation;
  private double began;

  /**
   * Creates no file before the run begins.
   *
   * @param folder a folder on this machine, with one in it for each run
   * @param run the absolute path of the run's folder
   */
  public TensorBoardListener(Path folder, String run, Consumer<String> warnings) {
    this.folder = folder;
    this.run = run;
    this.warnings = warnings;
  }

  @Override
  public void began(TrainingState state, DataSummary data) {
    double past = state.history().stream().mapToDouble(EpochRow::seconds).sum();
    began = System.currentTimeMillis() / 1e3 - past;
    try {
      Path own = ownFolder();
      EventFile opened = open(own.resolve("train"));
      train = opened;
      validation = open(own.resolve("validation"));
      opened.text("configuration", began, markdown(state.config()));
      for (EpochRow row : state.history()) {
        write(state, row);
      }
    } catch (IOException e) {
      giveUp(e);
    }
  }

  @Override
  public void epochEnded(TrainingState state) {
    try {
      write(state, state.history().get(state.epoch() - 1));
    } catch (IOException e) {
      giveUp(e);
    }
  }

  private void write(TrainingState state, EpochRow row) throws IOException {
    double seconds =
        began
            + state.history().subList(0, row.epoch() + 1).stream()
                .mapToDouble(EpochRow::seconds)
                .sum();
    if (train != null && validation != null) {
      train.scalar("epoch_loss", row.epoch(), seconds, row.loss());
      train.scalar("epoch_accuracy", row.epoch(), seconds, row.accuracy());
      train.scalar("epoch_learning_rate", row.epoch(), seconds, row.learningRate());
      validation.scalar("epoch_loss", row.epoch(), seconds, row.valLoss());
      validation.scalar("epoch_accuracy", row.epoch(), seconds, row.valAccuracy());
      for (Monitor figure : Monitor.ofQuality(List.of(row))) {
        String tag = JsonObject.spell(figure).replaceFirst("^val_", "epoch_");
        validation.scalar(tag, row.epoch(), seconds, figure.of(row));
      }
    }
  }

  /** The run's by its name; where another run of that name is, a number follows: {@code run-2}. */
  Path ownFolder() throws IOException {
    Files.createDirectories(folder);
    String name = Storage.name(run);
    Path own = folder.resolve(name);
    for (int number = 2; !isOwn(own); number++) {
      own = folder.resolve(name + "-" + number);
    }
    return own;
  }

  private boolean isOwn(Path own) throws IOException {
    Path owner = own.resolve(OWNER);
    try {
      Files.createDirectory(own);
      Files.writeString(owner, run);
    } catch (FileAlreadyExistsException e) {
      return Files.exists(owner) && Files.readString(owner).equals(run);
    }
    return true;
  }

  /** Opens a file that replaces the run's earlier ones. */
  private EventFile open(Path part) throws IOException {
    Path inner = Files.createDirectories(part);
    try (DirectoryStream<Path> earlier =
        Files.newDirectoryStream(inner, "events.out.tfevents.*.epochflow")) {
      for (Path file : earlier) {
        Files.delete(file);
      }
    }
    String name = "events.out.tfevents." + (long) began + ".epochflow";
    return new EventFile(inner.resolve(name), began);
  }

  private static String markdown(TrainingConfig config) {
    ObjectNode settings = ConfigJson.toTree(config);
    settings.put("architecture", config.architecture().name());
    StringBuilder table = new StringBuilder("| option | value |\n| --- | --- |\n");
    settings
        .properties()
        .forEach(
            field ->
                table.append(
                    "| %s | %s |\n"
                        .formatted(
                            field.getKey(),
                            field.getValue().isTextual()
                                ? field.getValue().textValue()
                                : field.getValue())));
    return table.toString();
  }

  private void giveUp(IOException e) {
    warnings.accept("Could not write TensorBoard's files: " + e);
    close();
  }

  @Override
  public void close() {
    try {
      if (train != null) {
        train.close();
      }
      if (validation != null) {
        validation.close();
      }
    } catch (IOException e) {
      warnings.accept("Could not close TensorBoard's files: " + e);
    }
    train = null;
    validation = null;
  }
}
