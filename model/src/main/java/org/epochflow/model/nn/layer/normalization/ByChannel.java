package org.epochflow.model.nn.layer.normalization;

import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Channels;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;

/**
 * {@code y = (x - center) scale + shift} by channel, the last axis, with values that hold for any
 * batch.
 */
abstract class ByChannel extends Operation {
  protected final int channels;

  /** Every thread writes its share of the channels, and reads all. */
  protected final Channels by;

  private final Channels slope;

  protected ByChannel(Shape shape, int channels) {
    super(shape, shape);
    this.channels = channels;
    by = new Channels(channels);
    slope = new Channels(new float[channels], by.scale(), new float[channels]);
  }

  /** Writes {@link #by}, of the channels {@code from} to {@code to}. */
  protected abstract void prepare(float[] w, int from, int to);

  /** Returns when every thread has called it, and then what each wrote before is there for all. */
  protected static void meet(Pass pass) {
    pass.wroteExamples();
    pass.readsAll();
  }

  @Override
  public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
    return forward(pass, x, false);
  }

  /** The same, and a relu at once if {@code relu}. */
  protected final FMatrixRMaj forward(Pass pass, FMatrixRMaj x, boolean relu) {
    prepare(pass.w(), pass.share().from(channels), pass.share().to(channels));
    meet(pass);
    pass.kernels().affine(x, by, relu, y);
    pass.wroteExamples();
    return y;
  }

  @Override
  public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
    if (!inputGradient) {
      return dy;
    }
    pass.readsExamples();
    pass.kernels().affine(dy, slope, false, dx);
    pass.wroteExamples();
    return dx;
  }
}
