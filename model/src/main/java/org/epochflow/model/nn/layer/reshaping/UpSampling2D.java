package org.epochflow.model.nn.layer.reshaping;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.core.Sizes;

/**
 * Larger images: {@code [height x width x channels]} to {@code [height rows x width columns x
 * channels]}.
 *
 * @param rows by which factor there are more rows; likewise {@code columns}
 */
public record UpSampling2D(String name, int rows, int columns, Interpolation interpolation)
    implements Layer {
  private static final int[] DEFAULT_SIZE = {2, 2};

  /** What stands between the pixels of the input. */
  public enum Interpolation {
    /** Every pixel becomes a block of its copies. */
    NEAREST,

    /**
     * Pixels are squares, and a value is the mean of those of the four nearest centers, weighted by
     * how near they are: {@link Bilinear}.
     */
    BILINEAR;
  }

  public UpSampling2D {
    Sizes.requireAtLeastOne(name, "size", Math.min(rows, columns));
  }

  @Override
  public Shape output(Shape input) {
    Sizes.requireImages(name, input);
    return Shape.of(
        Sizes.length(name, (long) input.height() * rows),
        Sizes.length(name, (long) input.width() * columns),
        input.channels());
  }

  @Override
  public boolean isIdentity() {
    return rows == 1 && columns == 1;
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    if (isIdentity()) {
      return List.of();
    }
    Shape output = output(input);
    return List.of(
        interpolation == Interpolation.NEAREST
            ? new Nearest(input, output)
            : new Bilinear(input, output));
  }

  @Override
  public void write(ObjectNode config) {
    config.set("size", KerasJson.pair(rows, columns));
    config.put("data_format", "channels_last");
    config.put("interpolation", JsonObject.spell(interpolation));
  }

  /** Keras 1 has no interpolation but the nearest. */
  public static UpSampling2D read(JsonObject config) throws ModelFormatException {
    KerasJson.requireChannelsLast(config);
    int[] size = config.has("size") ? config.pair("size") : DEFAULT_SIZE;
    Interpolation interpolation =
        config.has("interpolation")
            ? config.constant("interpolation", Interpolation.values())
            : Interpolation.NEAREST;
    return new UpSampling2D(config.text("name"), size[0], size[1], interpolation);
  }
}
