package org.epochflow.pipeline.run;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.epochflow.model.format.ConfigJson;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Loss;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.RejectionBudget;
import org.epochflow.pipeline.train.TrainingData;

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
 * @param pixels how pixels become inputs; empty if as the starting model has it, or else the
 *     standard way
 */
public record TrainingJob(
    StartingModel model,
    Settings settings,
    Optional<DataFiles> files,
    RejectionBudget maxRejected,
    Set<String> given,
    Optional<Preprocessing.Scale> pixels) {
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

  /** A training whose pixels become inputs as nothing else is asked for. */
  public TrainingJob(
      StartingModel model,
      Settings settings,
      Optional<DataFiles> files,
      RejectionBudget maxRejected,
      Set<String> given) {
    this(model, settings, files, maxRejected, given, Optional.empty());
  }

  /**
   * The configuration of a new training on images of a shape. Pixels that are to be standardised
   * are not measured yet, and balanced class weights are not known: see {@link
   * #config(PreparedData)}.
   */
  public TrainingConfig config(Shape image) {
    return config(image, preprocessing(image), model.classNames());
  }

  /** The configuration of a new training on a data set. */
  public TrainingConfig config(PreparedData data) throws IOException {
    Preprocessing before = preprocessing(data.image());
    boolean measured =
        before.scale() != Preprocessing.Scale.STANDARDIZED || before.equals(model.preprocessing());
    Preprocessing inputs = measured ? before : data.standardized();
    TrainingConfig config = config(data.image(), inputs, model.classNames(data));
    Loss.Settings loss = config.lossSettings();
    return loss.needsCounts() ? config.with(loss.balancedBy(trainPerClass(config, data))) : config;
  }

  private static List<Long> trainPerClass(TrainingConfig config, PreparedData data)
      throws IOException {
    return new TrainingData(data.dataSet().train(), data.train(), config).trainPerClass();
  }

  private TrainingConfig config(Shape image, Preprocessing preprocessing, List<String> names) {
    return settings.complete(
        model.network().apply(image, preprocessing), preprocessing.withImage(image), names);
  }

  /** The starting model's own where no other scale is asked for. */
  private Preprocessing preprocessing(Shape image) {
    Preprocessing own = model.preprocessing();
    return pixels
        .filter(scale -> scale != own.scale())
        .map(scale -> scale.ofChannels(image.withChannels().channels()))
        .orElse(own);
  }

  /** The configuration that these settings would give the network of a saved one. */
  TrainingConfig configLike(TrainingConfig saved) {
    return settings.complete(saved.architecture(), saved.preprocessing(), saved.classNames());
  }

  /** The same training, but starting from a model of the same network. */
  public TrainingJob from(SavedModel start) {
    return new TrainingJob(model.from(start), settings, files, maxRejected, given, pixels);
  }

  /** The same training on other data. */
  public TrainingJob on(DataFiles data) {
    return new TrainingJob(model, settings, Optional.of(data), maxRejected, given, pixels);
  }

  /** A text that differs if training differs in its settings or its start, whatever the data. */
  public String identity() {
    Preprocessing preprocessing = preprocessing(ANY_IMAGE);
    TrainingConfig any =
        settings.complete(
            model.network().apply(ANY_IMAGE, preprocessing),
            preprocessing.withImage(null),
            model.classNames());
    String start = model.saved().map(m -> ParametersHash.sha256(m.parameters())).orElse("new");
    return "%s\nstart=%s".formatted(ConfigJson.write(any), start);
  }

  /** The names of the given settings in a defined order. */
  Set<String> givenInOrder() {
    return new TreeSet<>(given);
  }
}
