package org.epochflow.pipeline.run;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.epochflow.model.format.ConfigJson;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.RejectionBudget;

/**
 * A training that is asked for: everything that decides its result, in memory and unchanging. The
 * shape of the images is known only when the data are read; what it decides is a function of it.
 *
 * @param model the network and what it starts from
 * @param settings the configuration but for what the images decide
 * @param files the data; empty if a run that continues reads what it read before
 * @param maxRejected how many records may be left out
 * @param given the names of the settings that were asked for rather than left at their defaults: a
 *     run that continues must agree in them
 */
public record TrainingJob(
    StartingModel model,
    Settings settings,
    Optional<DataFiles> files,
    RejectionBudget maxRejected,
    Set<String> given) {
  private static final Shape ANY_IMAGE = Shape.of(28, 28);

  /** All settings of a training, to be completed by what the images decide. */
  @FunctionalInterface
  public interface Settings {
    /**
     * Completes the configuration. The same arguments give the same result.
     *
     * @param names what the classes are called if nothing else is asked for
     */
    TrainingConfig complete(Architecture network, Preprocessing preprocessing, List<String> names);
  }

  public TrainingJob {
    given = Set.copyOf(given);
  }

  /** The configuration of a new training on images of a shape. */
  public TrainingConfig config(Shape image) {
    return settings.complete(
        model.network().apply(image), Preprocessing.STANDARD.withImage(image), model.classNames());
  }

  /** The configuration that these settings would give the network of a saved one. */
  TrainingConfig configLike(TrainingConfig saved) {
    return settings.complete(saved.architecture(), saved.preprocessing(), saved.classNames());
  }

  /** The same training, but starting from a model of the same network. */
  public TrainingJob from(SavedModel start) {
    return new TrainingJob(model.from(start), settings, files, maxRejected, given);
  }

  /** The same training on other data. */
  public TrainingJob on(DataFiles data) {
    return new TrainingJob(model, settings, Optional.of(data), maxRejected, given);
  }

  /** A text that differs if training differs in its settings or its start, whatever the data. */
  public String identity() {
    TrainingConfig any =
        settings.complete(
            model.network().apply(ANY_IMAGE), Preprocessing.STANDARD, model.classNames());
    String start = model.saved().map(m -> ParametersHash.sha256(m.parameters())).orElse("new");
    return "%s\nstart=%s".formatted(ConfigJson.write(any), start);
  }

  /** The names of the given settings in a defined order. */
  Set<String> givenInOrder() {
    return new TreeSet<>(given);
  }
}
