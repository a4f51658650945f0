package org.epochflow.model.nn.layer.convolution;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Convolution;
import org.epochflow.model.nn.Computation;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.KernelAndBias;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;

/**
 * A convolution and the max pooling that alone takes its outputs, computed together: outputs that
 * no window covers are left out, and a relu's gradient is taken where there are a quarter as many
 * values. Neither changes a bit.
 *
 * @param convolution without a function, or with a relu; its filters fill vectors
 * @param pooling of {@link MaxPooling2D#quarters}
 */
record PooledConv2D(Conv2D convolution, MaxPooling2D pooling) implements Computation {
  /** The filters of the longest vectors. */
  static final int FILTERS = 16;

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    Shape sums = convolution.output(input);
    boolean biased = convolution.weights().useBias();
    Convolution sizes = convolution.window().sizes(input, sums, biased).underWindows();
    Shape output = pooling.output(sums);
    return List.of(new Bound(input, output, sizes, variables.get(0), convolution.activation()));
  }

  private static final class Bound extends KernelAndBias.Sums {
    private final Convolution sizes;

    /** Which of its window's values each output is. */
    private final FMatrixRMaj largest = new FMatrixRMaj(0, 0);

    Bound(Shape input, Shape output, Convolution sizes, Variable kernel, Function function) {
      super(input, output, kernel, function);
      this.sizes = sizes;
    }

    @Override
    public void reshape(int examples, boolean inputGradient) {
      super.reshape(examples, inputGradient);
      largest.reshape(examples, y.numCols);
    }

    @Override
    public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      pass.readsExamples();
      pass.kernels().convolveAndPool(sizes, x, pass.w(), at, relu, y, largest);
      pass.wroteExamples();
      return y;
    }

    @Override
    protected FMatrixRMaj inputGradient(Pass pass, FMatrixRMaj dy) {
      pass.readsExamples();
      pass.kernels().convolveAndPoolInputGradient(sizes, dy, largest, pass.w(), at, dx);
      pass.wroteExamples();
      return dx;
    }

    @Override
    public void learn(Pass pass, FMatrixRMaj x, FMatrixRMaj dy) {
      pass.kernels().convolveAndPoolGradient(sizes, x, dy, largest, pass.gradient(), at);
    }
  }
}
