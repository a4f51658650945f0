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

/**
 * The mean of each of the {@link Windows}, per channel: {@code [height x width x channels]} to
 * {@code [rows x columns x channels]}. A window that reaches over the border is the mean of its
 * values inside the image.
 */
public record AveragePooling2D(String name, Windows windows) implements Layer {
  public AveragePooling2D {
    windows.require(name);
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

  public static AveragePooling2D read(JsonObject config) throws ModelFormatException {
    return new AveragePooling2D(config.text("name"), Windows.read(config));
  }

  /** Also of {@link GlobalAveragePooling2D}, whose window is the image. */
  static final class Bound extends Operation {
    private final Pooling sizes;

    Bound(Shape input, Shape output, Pooling sizes) {
      super(input, output);
      this.sizes = sizes;
    }

    @Override
    public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      pass.readsExamples();
      pass.kernels().averagePool(sizes, x, y);
      pass.wroteExamples();
      return y;
    }

    @Override
    public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      if (!inputGradient) {
        return dy;
      }
      pass.readsExamples();
      pass.kernels().averagePoolGradient(sizes, dy, dx);
      pass.wroteExamples();
      return dx;
    }
  }
}
