package org.epochflow.model.nn.layer.pooling;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.kernel.Pooling;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.core.Sizes;

/**
 * The windows of a pooling layer: {@code [poolHeight x poolWidth]} every {@code strideHeight} rows
 * and {@code strideWidth} columns.
 *
 * <p>{@code VALID} drops windows that would leave the image, so of {@code n} rows {@code (n - pool)
 * / stride + 1} are left. {@code SAME} has {@code ceil(n / stride)} of them. They reach over the
 * border by {@code (rows - 1) stride + pool - n} in all, half of it above, the odd one below. Of
 * such a window the part inside counts.
 */
public record Windows(
    int poolHeight, int poolWidth, int strideHeight, int strideWidth, Padding padding)
    implements Serializable {
  private static final int[] DEFAULT_POOL = {2, 2};

  /** Refuses sizes below 1 in the name of a layer. */
  void require(String layer) {
    Sizes.requireAtLeastOne(layer, "pool_size", Math.min(poolHeight, poolWidth));
    Sizes.requireAtLeastOne(layer, "strides", Math.min(strideHeight, strideWidth));
  }

  Shape output(String layer, Shape input) {
    Sizes.requireImages(layer, input);
    if (padding == Padding.VALID) {
      Sizes.requireRoom(layer, poolHeight, poolWidth, input);
    }
    return Shape.of(
        count(input.height(), poolHeight, strideHeight),
        count(input.width(), poolWidth, strideWidth),
        input.channels());
  }

  private int count(int length, int pool, int stride) {
    return (length - (padding == Padding.SAME ? 1 : pool)) / stride + 1;
  }

  Pooling sizes(Shape input, Shape output) {
    return new Pooling(
        input.height(),
        input.width(),
        input.channels(),
        poolHeight,
        poolWidth,
        strideHeight,
        strideWidth,
        before(input.height(), poolHeight, strideHeight, output.height()),
        before(input.width(), poolWidth, strideWidth, output.width()),
        output.height(),
        output.width());
  }

  /** By how much the first window begins before the image. */
  private int before(int length, int pool, int stride, int count) {
    long over = (count - 1L) * stride + pool - length;
    return padding == Padding.SAME ? (int) Math.max(0, over / 2) : 0;
  }

  void write(ObjectNode config) {
    config.set("pool_size", KerasJson.pair(poolHeight, poolWidth));
    config.put("padding", JsonObject.spell(padding));
    config.set("strides", KerasJson.pair(strideHeight, strideWidth));
    config.put("data_format", "channels_last");
  }

  static Windows read(JsonObject config) throws ModelFormatException {
    KerasJson.requireChannelsLast(config);
    int[] pool = config.has("pool_size") ? config.pair("pool_size") : DEFAULT_POOL;
    int[] strides = config.has("strides") ? config.pair("strides") : pool;
    Padding padding =
        config.has("padding") ? config.constant("padding", Padding.values()) : Padding.VALID;
    return new Windows(pool[0], pool[1], strides[0], strides[1], padding);
  }
}
