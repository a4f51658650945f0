package org.epochflow.model.nn.layer.pooling;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.kernel.Pooling;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;

/**
 * The largest value of each channel: {@code [height x width x channels]} to {@code [channels]}. All
 * places of a channel that have its largest value share the gradient equally; in {@link
 * MaxPooling2D} the first alone gets it.
 *
 * @param keepDimensions whether the output is {@code [1 x 1 x channels]}
 */
public record GlobalMaxPooling2D(String name, boolean keepDimensions) implements Layer {
  @Override
  public Shape output(Shape input) {
    return WholeImage.output(name, keepDimensions, input);
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return List.of(new Bound(input, output(input)));
  }

  @Override
  public void write(ObjectNode config) {
    WholeImage.write(config, keepDimensions);
  }

  public static GlobalMaxPooling2D read(JsonObject config) throws ModelFormatException {
    return new GlobalMaxPooling2D(config.text("name"), WholeImage.readKeepDimensions(config));
  }

  /** Its loops have no branch, so that the compiler makes vectors of them. */
  private static final class Bound extends Operation {
    /** Twice a factor: it takes every float above 0, also a subnormal one, to 1 or more. */
    private static final float LARGE = 0x1p127f;

    private final Pooling sizes;

    /** How many places have the largest value, per example and channel. */
    private float[] ties = {};

    Bound(Shape input, Shape output) {
      super(input, output);
      sizes = WholeImage.sizes(input);
    }

    @Override
    public void reshape(int examples, boolean inputGradient) {
      super.reshape(examples, inputGradient);
      if (inputGradient && ties.length < y.getNumElements()) {
        ties = new float[y.getNumElements()];
      }
    }

    @Override
    public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      pass.readsExamples();
      pass.kernels().maxPool(sizes, x, y);
      pass.wroteExamples();
      return y;
    }

    @Override
    public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      if (!inputGradient) {
        return dy;
      }
      pass.readsExamples();
      int to = pass.share().to(x.numRows);
      for (int row = pass.share().from(x.numRows); row < to; row++) {
        share(x.data, row * x.numCols, (row + 1) * x.numCols, dy.data, row * sizes.channels());
      }
      pass.wroteExamples();
      return dx;
    }

    /** An image from {@code first} to {@code last}, whose outputs are at {@code out}. */
    private void share(float[] x, int first, int last, float[] dy, int out) {
      int channels = sizes.channels();
      Arrays.fill(ties, out, out + channels, 0f);
      for (int pixel = first; pixel < last; pixel += channels) {
        for (int c = 0; c < channels; c++) {
          ties[out + c] += isLargest(x[pixel + c], y.data[out + c]);
        }
      }
      for (int pixel = first; pixel < last; pixel += channels) {
        for (int c = 0; c < channels; c++) {
          float each = isLargest(x[pixel + c], y.data[out + c]) / ties[out + c];
          dx.data[pixel + c] = each * dy[out + c];
        }
      }
    }

    /** 1 if {@code x}, which is at most {@code largest}, is equal to it, else 0. */
    private static float isLargest(float x, float largest) {
      return 1 - Math.min((largest - x) * LARGE * LARGE, 1);
    }
  }
}
