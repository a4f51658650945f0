package org.epochflow.model.nn;

import java.util.List;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;

/**
 * A {@link Merge} at work on batches, with the buffers that it writes to. As an {@link Operation},
 * it is called by every thread of a team, which computes its share of the examples.
 */
public abstract class Junction {
  /** The output, one example a row. */
  protected final FMatrixRMaj y = new FMatrixRMaj(0, 0);

  private final List<Shape> inputs;
  private final List<FMatrixRMaj> gradients;
  private final int outputSize;

  protected Junction(List<Shape> inputs, Shape output) {
    this.inputs = List.copyOf(inputs);
    gradients = Stream.generate(() -> new FMatrixRMaj(0, 0)).limit(inputs.size()).toList();
    outputSize = output.size();
  }

  /** Makes room for a batch. One thread calls it, before the others begin. */
  public void reshape(int examples) {
    y.reshape(examples, outputSize);
    for (int i = 0; i < gradients.size(); i++) {
      gradients.get(i).reshape(examples, inputs.get(i).size());
    }
  }

  /** A buffer for the gradient of one of the inputs. */
  protected FMatrixRMaj dx(int input) {
    return gradients.get(input);
  }

  /** Writes {@link #y} for the examples from {@code from} to {@code to}, exclusive. */
  public abstract void forward(List<FMatrixRMaj> xs, int from, int to);

  /**
   * The gradient of one input, for the examples from {@code from} to {@code to}: {@code dx(input)},
   * or {@code dy} itself. Changes neither {@code xs} nor {@code dy}.
   */
  public abstract FMatrixRMaj backward(
      List<FMatrixRMaj> xs, FMatrixRMaj dy, int input, int from, int to);

  FMatrixRMaj output() {
    return y;
  }
}
