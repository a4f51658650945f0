package org.epochflow.model.nn.layer.pooling;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import org.epochflow.model.nn.layer.core.Padding;

/**
 * The largest value of each of the {@link Windows}, per channel: {@code [height x width x
 * channels]} to {@code [rows x columns x channels]}. The gradient goes to the first largest value
 * of a window, row by row.
 */
public record MaxPooling2D(String name, Windows windows) implements Layer {
  private static final Windows QUARTERS = new Windows(2, 2, 2, 2, Padding.VALID);

  public MaxPooling2D {
    windows.require(name);
  }

  /** Windows inside the image. */
  public MaxPooling2D(
      String name, int poolHeight, int poolWidth, int strideHeight, int strideWidth) {
    this(name, new Windows(poolHeight, poolWidth, strideHeight, strideWidth, Padding.VALID));
  }

  @Override
  public Shape output(Shape input) {
    return windows.output(name, input);
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    Shape output = output(input);
    return List.of(new Bound(input, output, windows.sizes(input, output)));
  }

  @Override
  public void write(ObjectNode config) {
    windows.write(config);
  }

  public static MaxPooling2D read(JsonObject config) throws ModelFormatException {
    return new MaxPooling2D(config.text("name"), Windows.read(config));
  }

  /** Whether each window has four values, of which no other has one, all of them in the image. */
  public boolean quarters() {
    return windows.equals(QUARTERS);
  }

  private static final class Bound extends Operation {
    private final Pooling sizes;

    Bound(Shape input, Shape output, Pooling sizes) {
      super(input, output);
      this.sizes = sizes;
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
      pass.kernels().maxPoolGradient(sizes, x, y, dy, dx);
      pass.wroteExamples();
      return dx;
    }
  }
}
