package org.epochflow.model.nn;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.jspecify.annotations.Nullable;

/** The {@link Regularizer} of a layer's outputs, which it passes on as they are. */
final class ActivityPenalty extends Operation {
  private final Regularizer regularizer;

  /** What makes outputs of the input, where the network computes it together with the loss. */
  private final @Nullable Operation ending;

  /** What each example's outputs add to its loss. */
  private double[] penalties = {};

  ActivityPenalty(Shape shape, Regularizer regularizer, @Nullable Operation ending) {
    super(shape, shape);
    this.regularizer = regularizer;
    this.ending = ending;
  }

  /** What an example of the batch that ran last adds to its loss. */
  double of(int example) {
    return penalties[example];
  }

  @Override
  public void reshape(int examples, boolean inputGradient) {
    if (ending != null) {
      super.reshape(examples, false);
      ending.reshape(examples, true);
    }
    if (penalties.length < examples) {
      penalties = new double[examples];
    }
  }

  @Override
  public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
    pass.readsExamples();
    FMatrixRMaj outputs = ending == null ? x : ending.forward(pass, x);
    int last = pass.share().to(x.numRows);
    for (int row = pass.share().from(x.numRows); row < last; row++) {
      int from = row * x.numCols;
      penalties[row] = regularizer.penalty(outputs.data, from, from + x.numCols);
    }
    return x;
  }

  @Override
  public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
    pass.readsExamples();
    float scale = 1f / x.numRows;
    int from = pass.share().from(x.numRows) * x.numCols;
    int to = pass.share().to(x.numRows) * x.numCols;
    if (ending == null) {
      regularizer.addGradient(x.data, from, to, scale, dy.data);
    } else {
      Arrays.fill(y.data, from, to, 0f);
      regularizer.addGradient(ending.y.data, from, to, scale, y.data);
      float[] through = ending.backward(pass, x, y, true).data;
      for (int i = from; i < to; i++) {
        dy.data[i] += through[i];
      }
    }
    pass.wroteExamples();
    return dy;
  }
}
