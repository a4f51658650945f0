package org.epochflow.model.nn.layer.reshaping;

import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;

/** Makes of each pixel a block of its copies; the gradient of a pixel is the sum of its block's. */
final class Nearest extends Operation {
  private final Shape input;
  private final int rows;
  private final int columns;
  private final int channels;

  /** The values of a line of the output. */
  private final int line;

  Nearest(Shape input, Shape output) {
    super(input, output);
    this.input = input;
    rows = output.height() / input.height();
    columns = output.width() / input.width();
    channels = output.channels();
    line = output.width() * channels;
  }

  @Override
  public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
    pass.readsExamples();
    int to = pass.share().to(x.numRows) * input.height();
    for (int i = pass.share().from(x.numRows) * input.height(); i < to; i++) {
      repeat(x.data, i * input.width() * channels, y.data, i * rows * line);
    }
    pass.wroteExamples();
    return y;
  }

  /** One line of the input. */
  private void repeat(float[] x, int from, float[] y, int to) {
    int out = to;
    for (int j = 0; j < input.width(); j++) {
      for (int b = 0; b < columns; b++) {
        System.arraycopy(x, from + j * channels, y, out, channels);
        out += channels;
      }
    }
    for (int a = 1; a < rows; a++) {
      System.arraycopy(y, to, y, to + a * line, line);
    }
  }

  @Override
  public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
    if (!inputGradient) {
      return dy;
    }
    pass.readsExamples();
    int to = pass.share().to(x.numRows) * input.height();
    for (int i = pass.share().from(x.numRows) * input.height(); i < to; i++) {
      for (int j = 0; j < input.width(); j++) {
        int block = i * rows * line + j * columns * channels;
        sum(dy.data, block, dx.data, (i * input.width() + j) * channels);
      }
    }
    pass.wroteExamples();
    return dx;
  }

  /** The sum of one block, per channel. */
  private void sum(float[] dy, int block, float[] dx, int to) {
    System.arraycopy(dy, block, dx, to, channels);
    for (int k = 1; k < rows * columns; k++) {
      int from = block + k / columns * line + k % columns * channels;
      for (int c = 0; c < channels; c++) {
        dx[to + c] += dy[from + c];
      }
    }
  }
}
