package org.epochflow.model.nn.layer.reshaping;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;

/**
 * Enlarges images by linear interpolation, first in a row, then between two rows.
 *
 * <p>The center of the output's row {@code i} lies at {@code p = (i + 1/2) height / outHeight -
 * 1/2} in rows of the input. Its value is {@code x(floor p) + (x(ceil p) - x(floor p)) (p - floor
 * p)}, with the outermost rows going on beyond the border; likewise columns.
 */
final class Bilinear extends Operation {
  private final Axis rows;
  private final Axis columns;
  private final int channels;
  private final int outputLine;

  Bilinear(Shape input, Shape output) {
    super(input, output);
    channels = input.channels();
    outputLine = output.width() * channels;
    rows = Axis.of(input.height(), output.height(), input.width() * channels);
    columns = Axis.of(input.width(), output.width(), channels);
  }

  /**
   * For each place of the output along an axis, the two places of the input, as offsets, and the
   * weight of the second.
   */
  private record Axis(int[] first, int[] second, float[] weight) {
    static Axis of(int input, int output, int step) {
      Axis axis = new Axis(new int[output], new int[output], new float[output]);
      float scale = input / (float) output;
      for (int i = 0; i < output; i++) {
        float place = (i + 0.5f) * scale - 0.5f;
        float below = (float) Math.floor(place);
        axis.first[i] = Math.max((int) below, 0) * step;
        axis.second[i] = Math.min((int) Math.ceil(place), input - 1) * step;
        axis.weight[i] = place - below;
      }
      return axis;
    }
  }

  @Override
  public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
    pass.readsExamples();
    int to = pass.share().to(x.numRows);
    for (int row = pass.share().from(x.numRows); row < to; row++) {
      for (int i = 0; i < rows.weight.length; i++) {
        line(x.data, row * x.numCols, i, row * y.numCols + i * outputLine);
      }
    }
    pass.wroteExamples();
    return y;
  }

  /** The line {@code i} of the output, at {@code out}, of the image at {@code from}. */
  private void line(float[] x, int from, int i, int out) {
    float down = rows.weight[i];
    for (int j = 0; j < columns.weight.length; j++) {
      float right = columns.weight[j];
      int above = from + rows.first[i];
      int below = from + rows.second[i];
      int first = columns.first[j];
      int second = columns.second[j];
      int to = out + j * channels;
      for (int c = 0; c < channels; c++) {
        float a = x[above + first + c];
        float b = x[below + first + c];
        float top = a + (x[above + second + c] - a) * right;
        float bottom = b + (x[below + second + c] - b) * right;
        y.data[to + c] = top + (bottom - top) * down;
      }
    }
  }

  @Override
  public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
    if (!inputGradient) {
      return dy;
    }
    pass.readsExamples();
    int to = pass.share().to(x.numRows);
    for (int row = pass.share().from(x.numRows); row < to; row++) {
      int image = row * dx.numCols;
      Arrays.fill(dx.data, image, image + dx.numCols, 0f);
      for (int i = 0; i < rows.weight.length; i++) {
        share(dy.data, row * dy.numCols + i * outputLine, i, image);
      }
    }
    pass.wroteExamples();
    return dx;
  }

  /** Gives the gradient of a line of the output to what it was made of. */
  private void share(float[] dy, int out, int i, int image) {
    float down = rows.weight[i];
    for (int j = 0; j < columns.weight.length; j++) {
      float right = columns.weight[j];
      int from = out + j * channels;
      int above = image + rows.first[i];
      int below = image + rows.second[i];
      add((1 - down) * (1 - right), dy, from, above + columns.first[j]);
      add((1 - down) * right, dy, from, above + columns.second[j]);
      add(down * (1 - right), dy, from, below + columns.first[j]);
      add(down * right, dy, from, below + columns.second[j]);
    }
  }

  private void add(float weight, float[] dy, int from, int to) {
    for (int c = 0; c < channels; c++) {
      dx.data[to + c] += weight * dy[from + c];
    }
  }
}
