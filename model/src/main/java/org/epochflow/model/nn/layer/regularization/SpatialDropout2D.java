package org.epochflow.model.nn.layer.regularization;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Masks;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.core.Sizes;

/**
 * Dropout of whole channels of images: while training each channel of an example is kept with
 * probability {@code 1 - rate} and scaled by {@code 1 / (1 - rate)}, else zero (Tompson et al.,
 * 2015). The identity otherwise.
 */
public record SpatialDropout2D(String name, double rate) implements Layer {
  public SpatialDropout2D {
    Sizes.requireRate(name, rate);
  }

  @Override
  public Shape output(Shape input) {
    Sizes.requireImages(name, input);
    return input;
  }

  @Override
  public boolean isIdentity() {
    return true;
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return rate > 0 ? List.of(new Bound(index, input)) : List.of();
  }

  /** Keras's own class takes no {@code trainable}. */
  @Override
  public void write(ObjectNode config) {
    config.remove("trainable");
    config.put("rate", rate).putNull("seed").put("data_format", "channels_last");
  }

  public static SpatialDropout2D read(JsonObject config) throws ModelFormatException {
    config.expect("data_format", "\"channels_last\"", "null");
    return new SpatialDropout2D(config.text("name"), config.number("rate"));
  }

  private final class Bound extends Operation {
    private final int index;
    private final int channels;

    /** Of each example's channels, and of all values. */
    private short[] drawn = {};

    private short[] kept = {};

    Bound(int index, Shape shape) {
      super(shape, shape);
      this.index = index;
      channels = shape.channels();
    }

    @Override
    public void reshape(int examples, boolean inputGradient) {
      super.reshape(examples, inputGradient);
      if (kept.length < y.getNumElements()) {
        kept = new short[y.getNumElements()];
        drawn = new short[examples * channels];
      }
    }

    @Override
    public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      if (!pass.isTraining()) {
        return x;
      }
      pass.readsExamples();
      pass.masks().draw(pass.kernels(), pass.share(), index, rate, x.numRows, channels, drawn);
      int to = pass.share().to(x.numRows) * x.numCols;
      for (int at = pass.share().from(x.numRows) * x.numCols; at < to; at += channels) {
        System.arraycopy(drawn, at / x.numCols * channels, kept, at, channels);
      }
      pass.kernels().dropout(kept, Masks.scale(rate), x, y);
      pass.wroteExamples();
      return y;
    }

    @Override
    public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      pass.readsExamples();
      pass.kernels().dropout(kept, Masks.scale(rate), dy, dy);
      pass.wroteExamples();
      return dy;
    }
  }
}
