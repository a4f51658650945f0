package org.epochflow.pipeline.run;

import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.epochflow.model.format.Compiled;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.train.ClassNames;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.Fit;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.Records;

/**
 * The network that a training starts with, in memory: for images of a shape where it is a preset,
 * or else as a file has it.
 *
 * @param name what messages call it: {@code --model=mlp}
 * @param classes the number of its classes
 * @param network for images {@code (height, width)} or {@code (height, width, channels)}, and for
 *     how pixels become inputs; one of a file ignores the shape
 * @param saved the model whose parameters training starts from; empty if they are drawn
 * @param newHead whether the parameters of the last layer that has some are drawn all the same
 */
public record StartingModel(
    String name,
    int classes,
    BiFunction<Shape, Preprocessing, Architecture> network,
    Optional<SavedModel> saved,
    boolean newHead) {

  /** The same network with the parameters and the class names of a model. */
  public StartingModel from(SavedModel model) {
    return new StartingModel(name, classes, network, Optional.of(model), false);
  }

  /**
   * The same model for other classes: its last Dense layer has as many outputs, whose parameters
   * are drawn.
   *
   * @throws org.epochflow.model.nn.ArchitectureException if its last layer with parameters is of
   *     another kind
   */
  public StartingModel withNewHead(int outputs) {
    return new StartingModel(
        name, outputs, network.andThen(before -> before.withHead(outputs)), saved, true);
  }

  /**
   * The same model, of which some layers do not train.
   *
   * @param layers the names of those, for a network
   */
  public StartingModel freezing(Function<Architecture, NavigableSet<String>> layers) {
    return new StartingModel(
        name,
        classes,
        network.andThen(before -> before.withFrozen(layers.apply(before))),
        saved,
        newHead);
  }

  /** How its pixels become inputs if nothing else is asked for. */
  Preprocessing preprocessing() {
    return saved.map(SavedModel::preprocessing).orElse(Preprocessing.STANDARD);
  }

  /** What the classes are called if nothing else is asked for. */
  public List<String> classNames() {
    return saved
        .filter(model -> !newHead)
        .map(SavedModel::classNames)
        .orElseGet(() -> ClassNames.numbers(classes));
  }

  /** The same for data: theirs, unless the model has names other than numbers. */
  List<String> classNames(PreparedData data) {
    List<String> own = classNames();
    List<String> names = data.classNames();
    boolean numbered = own.equals(ClassNames.numbers(classes));
    return numbered && names.size() == classes ? names : own;
  }

  /** The names that the model it starts from gives its classes; none if it starts from none. */
  public List<String> knownNames() {
    return saved.filter(model -> !newHead).map(SavedModel::classNames).orElse(List.of());
  }

  /**
   * Refuses images that the network does not take.
   *
   * @throws BadDataException naming both shapes
   */
  void requireFit(Records images) throws BadDataException {
    Fit.require(
        name, preprocessing(), network.apply(images.image(), preprocessing()).input(), images);
  }

  /**
   * The model before the first step of a training of this configuration. If the training goes on
   * with the optimizer that Keras compiled the model with, so does its state.
   */
  ModelState begin(TrainingConfig config) {
    return compiledState(config).orElseGet(() -> config.startingFrom(parameters(config)));
  }

  private float[] parameters(TrainingConfig config) {
    Architecture architecture = config.architecture();
    if (saved.isPresent() && !newHead) {
      return saved.get().parameters();
    }
    float[] drawn = architecture.initialParameters(config.seed());
    if (saved.isPresent()) {
      System.arraycopy(saved.get().parameters(), 0, drawn, 0, architecture.headOffset());
    }
    return drawn;
  }

  private Optional<ModelState> compiledState(TrainingConfig config) {
    return saved
        .filter(model -> !newHead)
        .flatMap(SavedModel::compiled)
        .map(Compiled::recipe)
        .filter(recipe -> config.parallel().strategy().averagesState())
        .filter(recipe -> recipe.optimizer().equals(config.optimizer()))
        .flatMap(Compiled.Recipe::state);
  }
}
