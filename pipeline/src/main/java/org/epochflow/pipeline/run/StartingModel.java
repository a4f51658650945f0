package org.epochflow.pipeline.run;

import java.util.List;
import java.util.Optional;
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
import org.epochflow.pipeline.data.Records;

/**
 * The network that a training starts with, in memory: for images of a shape where it is a preset,
 * or else as a file has it.
 *
 * @param name what messages call it: {@code --model=mlp}
 * @param classes the number of its classes
 * @param network for images {@code (height, width)} or {@code (height, width, channels)}; one of a
 *     file ignores the shape
 * @param saved the model whose parameters training starts from; empty if they are drawn
 */
public record StartingModel(
    String name, int classes, Function<Shape, Architecture> network, Optional<SavedModel> saved) {

  /** The same network with the parameters and the class names of a model. */
  public StartingModel from(SavedModel model) {
    return new StartingModel(name, classes, network, Optional.of(model));
  }

  /** What the classes are called if nothing else is asked for. */
  public List<String> classNames() {
    return saved.map(SavedModel::classNames).orElseGet(() -> ClassNames.numbers(classes));
  }

  /**
   * Refuses images that the network does not take.
   *
   * @throws BadDataException naming both shapes
   */
  void requireFit(Records images) throws BadDataException {
    Fit.require(
        name,
        saved.map(SavedModel::preprocessing).orElse(Preprocessing.STANDARD),
        network.apply(images.image()).input(),
        images);
  }

  /**
   * The model before the first step of a training of this configuration. If the training goes on
   * with the optimizer that Keras compiled the model with, so does its state.
   */
  ModelState begin(TrainingConfig config) {
    float[] parameters =
        saved
            .map(SavedModel::parameters)
            .orElseGet(() -> config.architecture().initialParameters(config.seed()));
    return compiledState(config).orElseGet(() -> config.startingFrom(parameters));
  }

  private Optional<ModelState> compiledState(TrainingConfig config) {
    return saved
        .flatMap(SavedModel::compiled)
        .map(Compiled::recipe)
        .filter(recipe -> config.parallel().strategy().averagesState())
        .filter(recipe -> recipe.optimizer().equals(config.optimizer()))
        .flatMap(Compiled.Recipe::state);
  }
}
