package org.epochflow.model.nn.layer.pooling;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.kernel.Pooling;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.core.Sizes;

/**
 * The largest value of each window, per channel; windows that would leave the image are dropped.
 */
public record MaxPooling2D(
    String name, int poolHeight, int poolWidth, int strideHeight, int strideWidth)
    implements Layer {
  public MaxPooling2D {
    Sizes.requireAtLeastOne(name, "pool_size", Math.min(poolHeight, poolWidth));
    Sizes.requireAtLeastOne(name, "strides", Math.min(strideHeight, strideWidth));
  }

  @Override
  public Shape output(Shape input) {
    Sizes.requireImages(name, input);
    Sizes.requireRoom(name, poolHeight, poolWidth, input);
    return Shape.of(
        (input.height() - poolHeight) / strideHeight + 1,
        (input.width() - poolWidth) / strideWidth + 1,
        input.channels());
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return List.of(new Bound(input, output(input), this));
  }

  @Override
  public void write(ObjectNode config) {
    config.set("pool_size", KerasJson.pair(poolHeight, poolWidth));
    config.put("padding", "valid");
    config.set("strides", KerasJson.pair(strideHeight, strideWidth));
    config.put("data_format", "channels_last");
  }

  public static MaxPooling2D read(JsonObject config) throws ModelFormatException {
    config.expect("padding", "\"valid\"");
    config.expect("data_format", "\"channels_last\"", "null");
    int[] pool = config.pair("pool_size");
    int[] strides = config.has("strides") ? config.pair("strides") : pool;
    return new MaxPooling2D(config.text("name"), pool[0], pool[1], strides[0], strides[1]);
  }

  private static final class Bound extends Operation {
    private final Pooling sizes;

    Bound(Shape input, Shape output, MaxPooling2D layer) {
      super(input, output);
      sizes =
          new Pooling(
              input.height(),
              input.width(),
              input.channels(),
              layer.poolHeight,
              layer.poolWidth,
              layer.strideHeight,
              layer.strideWidth,
              output.height(),
              output.width());
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
