package org.epochflow.model.format;

import java.util.List;
import java.util.Optional;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Loss;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.train.ClassNames;
import org.epochflow.model.train.TrainingState;

/**
 * The content of a {@code .keras} file.
 *
 * @param preprocessing the standard one if the file names none, as Keras's own files do
 * @param parameters in the order of {@link Architecture#variables}
 * @param state what training continues from; empty in a file that Keras wrote
 * @param compiled what Keras compiled it with; empty in a file of ours
 */
public record SavedModel(
    Architecture architecture,
    Preprocessing preprocessing,
    float[] parameters,
    Optional<TrainingState> state,
    Optional<Compiled> compiled) {
  /** A model that was not compiled by Keras. */
  public SavedModel(
      Architecture architecture,
      Preprocessing preprocessing,
      float[] parameters,
      Optional<TrainingState> state) {
    this(architecture, preprocessing, parameters, state, Optional.empty());
  }

  /** The same with pixels that become inputs in another way. */
  public SavedModel with(Preprocessing other) {
    return new SavedModel(architecture, other, parameters, state, compiled);
  }

  /** The same, compiled by Keras with what its file says. */
  SavedModel with(Optional<Compiled> by) {
    return new SavedModel(architecture, preprocessing, parameters, state, by);
  }

  /**
   * The images it takes, {@code (height, width, channels)}; empty where a network of vectors has no
   * record of the images it was trained on.
   */
  public Optional<Shape> image() {
    return architecture.input().isImage()
        ? Optional.of(architecture.input())
        : Optional.ofNullable(preprocessing.image()).map(Shape::withChannels);
  }

  /** The names of its classes, or their labels if the file has no names. */
  public List<String> classNames() {
    return state
        .map(known -> known.config().classNames())
        .orElseGet(() -> ClassNames.numbers(architecture.classes()));
  }

  /** The loss that it was trained with; the plain one if the file does not say. */
  public Loss loss() {
    double smoothing = compiled.map(Compiled::labelSmoothing).orElse(0.0);
    return state
        .map(known -> known.config().loss())
        .orElseGet(() -> new Loss.Settings(smoothing, null, null).of(architecture));
  }

  /** The kernels that it was trained with, or the best available ones if the file names none. */
  public String kernels() {
    return state.map(known -> known.config().kernels()).orElseGet(Kernels::auto);
  }
}
