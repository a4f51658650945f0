package org.epochflow.model.nn.layer.augmentation;

import java.util.List;
import java.util.Optional;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.core.Sizes;

/**
 * A layer that changes images at random while training, each by numbers of its own that are drawn
 * anew in every epoch. What a drawn number means is what Keras 3 makes of it; the numbers are this
 * project's, so a {@code seed} is not read. The gradient is the exact one: TensorFlow's of a
 * geometric transform is that of the inverse transform.
 */
public interface Augmentation extends Layer {
  /**
   * What becomes of one image in training.
   *
   * @param stream names the image's random numbers, by seed, epoch, example and layer
   */
  Transform drawn(Shape input, long stream);

  /** What becomes of every image otherwise; empty if it stays as it is. */
  default Optional<Transform> still(Shape input) {
    return Optional.empty();
  }

  @Override
  default Shape output(Shape input) {
    Sizes.requireImages(name(), input);
    return input;
  }

  @Override
  default boolean isIdentity() {
    return true;
  }

  @Override
  default List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return List.of(new Bound(index, input, this));
  }

  /** Each image by itself. */
  final class Bound extends Operation {
    private final int index;
    private final Shape input;
    private final Augmentation layer;
    private final Optional<Transform> still;

    Bound(int index, Shape input, Augmentation layer) {
      super(input, layer.output(input));
      this.index = index;
      this.input = input;
      this.layer = layer;
      still = layer.still(input);
    }

    @Override
    public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      if (!pass.isTraining() && still.isEmpty()) {
        return x;
      }
      pass.readsExamples();
      int to = pass.share().to(x.numRows);
      for (int row = pass.share().from(x.numRows); row < to; row++) {
        transform(pass, row).apply(x.data, row * x.numCols, y.data, row * y.numCols);
      }
      pass.wroteExamples();
      return y;
    }

    private Transform transform(Pass pass, int row) {
      return pass.isTraining()
          ? layer.drawn(input, pass.masks().stream(index, row))
          : still.orElseThrow();
    }

    @Override
    public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      if (!inputGradient) {
        return dy;
      }
      pass.readsExamples();
      int to = pass.share().to(x.numRows);
      for (int row = pass.share().from(x.numRows); row < to; row++) {
        transform(pass, row)
            .gradient(
                x.data, row * x.numCols, dy.data, row * dy.numCols, dx.data, row * dx.numCols);
      }
      pass.wroteExamples();
      return dx;
    }
  }
}
