package org.epochflow.model.nn.layer.convolution;

import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Convolution;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.KernelAndBias;

/** A convolution at work, over all channels or depthwise. */
final class BoundConvolution extends KernelAndBias.Sums {
  private final Kind kind;
  private final Convolution sizes;

  /** What an output sums over. */
  enum Kind {
    /** All channels. */
    FULL,
    /** One channel. */
    DEPTHWISE
  }

  BoundConvolution(
      Kind kind, Shape input, Shape output, Convolution sizes, Variable kernel, Function function) {
    super(input, output, kernel, function);
    this.kind = kind;
    this.sizes = sizes;
  }

  @Override
  public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
    pass.readsExamples();
    if (kind == Kind.FULL) {
      pass.kernels().convolve(sizes, x, pass.w(), at, relu, y);
    } else {
      pass.kernels().convolveDepthwise(sizes, x, pass.w(), at, relu, y);
    }
    pass.wroteExamples();
    return y;
  }

  @Override
  protected FMatrixRMaj inputGradient(Pass pass, FMatrixRMaj dy) {
    pass.readsExamples();
    if (kind == Kind.FULL) {
      pass.kernels().convolveInputGradient(sizes, dy, pass.w(), at, dx);
    } else {
      pass.kernels().convolveDepthwiseInputGradient(sizes, dy, pass.w(), at, dx);
    }
    pass.wroteExamples();
    return dx;
  }

  @Override
  public void learn(Pass pass, FMatrixRMaj x, FMatrixRMaj dy) {
    if (kind == Kind.FULL) {
      pass.kernels().convolveGradient(sizes, x, dy, pass.gradient(), at);
    } else {
      pass.kernels().convolveDepthwiseGradient(sizes, x, dy, pass.gradient(), at);
    }
  }
}
