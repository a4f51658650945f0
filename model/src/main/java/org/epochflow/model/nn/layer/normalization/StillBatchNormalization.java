package org.epochflow.model.nn.layer.normalization;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;

/** A {@link BatchNormalization} by its moving statistics, which stay, with a relu or without. */
class StillBatchNormalization extends ByChannel {
  protected final boolean relu;
  protected final double epsilon;
  protected final GammaAndBeta.Places places;
  protected final int movingMean;
  protected final int movingVariance;

  StillBatchNormalization(
      Shape shape, List<Variable> variables, BatchNormalization layer, boolean relu) {
    super(shape, shape.last());
    this.relu = relu;
    epsilon = layer.epsilon();
    places = new GammaAndBeta.Places(layer.gammaAndBeta(), variables);
    movingMean = variables.get(variables.size() - 2).offset();
    movingVariance = variables.get(variables.size() - 1).offset();
  }

  @Override
  protected final void prepare(float[] w, int from, int to) {
    for (int c = from; c < to; c++) {
      by.center()[c] = w[movingMean + c];
      by.scale()[c] = (float) (places.gamma(w, c) * inverse(w[movingVariance + c]));
      by.shift()[c] = places.beta(w, c);
    }
  }

  protected final double inverse(double variance) {
    return 1 / Math.sqrt(variance + epsilon);
  }

  @Override
  public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
    return forward(pass, x, relu);
  }

  @Override
  public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
    if (relu) {
      pass.readsExamples();
      pass.kernels().reluGradient(y, dy);
      pass.wroteExamples();
    }
    return super.backward(pass, x, dy, inputGradient);
  }
}
