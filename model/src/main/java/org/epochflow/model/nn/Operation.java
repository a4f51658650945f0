package org.epochflow.model.nn;

import java.util.List;
import org.ejml.data.FMatrixRMaj;

/**
 * A layer, or a part of one, at work on batches: bound to its variables' places in the vector of
 * parameters, with the buffers that it writes to.
 *
 * <p>Every thread of a team calls it with a {@link Pass} of its own and computes its share. A
 * result must not depend on the number of threads, down to the bits.
 */
public abstract class Operation {
  /** The output, one example a row. */
  protected final FMatrixRMaj y = new FMatrixRMaj(0, 0);

  /** The gradient of the loss with respect to the input, one example a row. */
  protected final FMatrixRMaj dx = new FMatrixRMaj(0, 0);

  private final int inputSize;
  private final int outputSize;

  protected Operation(Shape input, Shape output) {
    inputSize = input.size();
    outputSize = output.size();
  }

  /** Makes room for a batch. One thread calls it, before the others begin. */
  public void reshape(int examples, boolean inputGradient) {
    y.reshape(examples, outputSize);
    if (inputGradient) {
      dx.reshape(examples, inputSize);
    }
  }

  /** Its output for {@code x}, which it leaves as it is: {@link #y}, or {@code x} itself. */
  public abstract FMatrixRMaj forward(Pass pass, FMatrixRMaj x);

  /**
   * The gradient of its input: {@link #dx}, or {@code dy} changed in place. Leaves in {@code dy}
   * what {@link #learn} takes.
   *
   * @param inputGradient if not, nobody reads the result, which is {@code dy}
   */
  public abstract FMatrixRMaj backward(
      Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient);

  /**
   * Writes its share of the gradients of its variables that train, to their places in {@link
   * Pass#gradient}. All input gradients that need its variables are computed by then, so it may
   * change those in {@link #steps} and those that do not train.
   */
  public void learn(Pass pass, FMatrixRMaj x, FMatrixRMaj dy) {}

  /** The variables that {@link #learn} itself steps; the network steps all others that train. */
  public List<Variable> steps() {
    return List.of();
  }
}
