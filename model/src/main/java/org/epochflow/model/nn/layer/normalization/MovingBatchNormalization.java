package org.epochflow.model.nn.layer.normalization;

import java.util.Arrays;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Channels;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;

/**
 * A {@link BatchNormalization} that trains, with a relu or without. Of each example's channels the
 * kernels make sums, and of those each thread adds up its share of the channels, example by
 * example, in double precision. So the bits are the same for every number of threads, and the data
 * is read twice on the way forward and twice on the way back.
 *
 * <p>With N values of a channel in the batch, {@code s = gamma / sqrt(variance + epsilon)}: {@code
 * dbeta = sum dy}, {@code dgamma = sum dy (x - mean) / sqrt(variance + epsilon)}, {@code dx = s (dy
 * - dbeta / N - (x - mean) dgamma / (N sqrt(variance + epsilon)))}.
 */
final class MovingBatchNormalization extends StillBatchNormalization {
  private final int positions;
  private final float kept;
  private final float taken;

  /** Two sums for each example and channel. */
  private float[] parts = {};

  private final double[] first;
  private final double[] second;
  private final double[] inverse;
  private final float[] variance;
  private final float[] dGamma;
  private final float[] dBeta;

  /** The part of the input's gradient that is not of the output's at the same place. */
  private final Channels rest;

  MovingBatchNormalization(
      Shape shape, List<Variable> variables, BatchNormalization layer, boolean relu) {
    super(shape, variables, layer, relu);
    positions = shape.size() / channels;
    kept = (float) layer.moving().momentum();
    taken = (float) (1 - layer.moving().momentum());
    first = new double[channels];
    second = new double[channels];
    inverse = new double[channels];
    variance = new float[channels];
    dGamma = new float[channels];
    dBeta = new float[channels];
    rest = new Channels(by.center(), new float[channels], new float[channels]);
  }

  @Override
  public void reshape(int examples, boolean inputGradient) {
    super.reshape(examples, inputGradient);
    int size = 2 * examples * channels;
    if (parts.length < size) {
      parts = new float[size];
    }
  }

  @Override
  public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
    if (!pass.isTraining()) {
      return super.forward(pass, x);
    }
    pass.readsExamples();
    pass.kernels().moments(x, channels, parts);
    meet(pass);
    statistics(pass.w(), x.numRows, pass.share().from(channels), pass.share().to(channels));
    meet(pass);
    pass.kernels().affine(x, by, relu, y);
    pass.wroteExamples();
    return y;
  }

  /** Of the channels {@code from} to {@code to}. */
  private void statistics(float[] w, int rows, int from, int to) {
    add(rows, 0, first, from, to);
    for (int c = from; c < to; c++) {
      first[c] /= rows;
    }
    add(rows, 1, second, from, to);
    for (int row = 0; row < rows; row++) {
      int means = 2 * row * channels;
      for (int c = from; c < to; c++) {
        double apart = parts[means + c] - first[c];
        second[c] += positions * apart * apart;
      }
    }
    for (int c = from; c < to; c++) {
      double biased = second[c] / ((double) rows * positions);
      variance[c] = (float) biased;
      inverse[c] = inverse(biased);
      by.center()[c] = (float) first[c];
      by.scale()[c] = (float) (places.gamma(w, c) * inverse[c]);
      by.shift()[c] = places.beta(w, c);
    }
  }

  /** Adds up one of the two sums over the examples, from the first to the last. */
  private void add(int rows, int which, double[] sums, int from, int to) {
    Arrays.fill(sums, from, to, 0);
    for (int row = 0; row < rows; row++) {
      int at = (2 * row + which) * channels;
      for (int c = from; c < to; c++) {
        sums[c] += parts[at + c];
      }
    }
  }

  @Override
  public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
    pass.readsExamples();
    pass.kernels().affineSums(by, relu, x, dy, parts);
    meet(pass);
    gradients(x.numRows, pass.share().from(channels), pass.share().to(channels));
    if (!inputGradient) {
      pass.wroteExamples();
      return dy;
    }
    meet(pass);
    pass.kernels().affineGradient(by.scale(), rest, x, dy, dx);
    pass.wroteExamples();
    return dx;
  }

  private void gradients(int rows, int from, int to) {
    double values = (double) rows * positions;
    add(rows, 0, first, from, to);
    add(rows, 1, second, from, to);
    for (int c = from; c < to; c++) {
      double gamma = inverse[c] * second[c];
      dGamma[c] = (float) gamma;
      dBeta[c] = (float) first[c];
      rest.scale()[c] = (float) (-by.scale()[c] * inverse[c] * gamma / values);
      rest.shift()[c] = (float) (-by.scale()[c] * first[c] / values);
    }
  }

  @Override
  public void learn(Pass pass, FMatrixRMaj x, FMatrixRMaj dy) {
    float[] w = pass.w();
    int to = pass.share().to(channels);
    for (int c = pass.share().from(channels); c < to; c++) {
      places.learn(pass.gradient(), c, dGamma[c], dBeta[c]);
      if (pass.update() != null) {
        w[movingMean + c] = kept * w[movingMean + c] + taken * by.center()[c];
        w[movingVariance + c] = kept * w[movingVariance + c] + taken * variance[c];
      }
    }
  }
}
