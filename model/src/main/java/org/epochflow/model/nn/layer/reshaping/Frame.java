package org.epochflow.model.nn.layer.reshaping;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;

/**
 * Puts images into larger ones that are zero around them, or cuts them out; the gradient of one is
 * the other.
 */
final class Frame extends Operation {
  private final boolean grows;
  private final int inner;
  private final int outer;

  /** The values of a line of the inner image, and of the outer. */
  private final int innerLine;

  private final int outerLine;

  /** Where the inner image begins in the outer. */
  private final int start;

  Frame(Shape input, Shape output, Borders borders) {
    super(input, output);
    grows = output.size() > input.size();
    Shape small = grows ? input : output;
    Shape large = grows ? output : input;
    inner = small.size();
    outer = large.size();
    innerLine = small.width() * small.channels();
    outerLine = large.width() * large.channels();
    start = borders.top() * outerLine + borders.left() * large.channels();
  }

  @Override
  public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
    move(pass, grows, x, y);
    return y;
  }

  @Override
  public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
    if (!inputGradient) {
      return dy;
    }
    move(pass, !grows, dy, dx);
    return dx;
  }

  private void move(Pass pass, boolean outwards, FMatrixRMaj from, FMatrixRMaj to) {
    pass.readsExamples();
    int last = pass.share().to(from.numRows);
    for (int row = pass.share().from(from.numRows); row < last; row++) {
      if (outwards) {
        put(from.data, row * inner, to.data, row * outer);
      } else {
        cut(from.data, row * outer, to.data, row * inner);
      }
    }
    pass.wroteExamples();
  }

  private void put(float[] small, int from, float[] large, int to) {
    int zeros = to;
    int at = to + start;
    for (int i = from; i < from + inner; i += innerLine) {
      Arrays.fill(large, zeros, at, 0f);
      System.arraycopy(small, i, large, at, innerLine);
      zeros = at + innerLine;
      at += outerLine;
    }
    Arrays.fill(large, zeros, to + outer, 0f);
  }

  private void cut(float[] large, int from, float[] small, int to) {
    int at = from + start;
    for (int i = to; i < to + inner; i += innerLine) {
      System.arraycopy(large, at, small, i, innerLine);
      at += outerLine;
    }
  }
}
