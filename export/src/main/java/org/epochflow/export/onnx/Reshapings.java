package org.epochflow.export.onnx;

import static org.epochflow.export.onnx.Graph.integers;
import static org.epochflow.export.onnx.Graph.text;

import java.util.List;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.augmentation.RandomCrop;
import org.epochflow.model.nn.layer.reshaping.Borders;
import org.epochflow.model.nn.layer.reshaping.Cropping2D;
import org.epochflow.model.nn.layer.reshaping.Permute;
import org.epochflow.model.nn.layer.reshaping.UpSampling2D;
import org.epochflow.model.nn.layer.reshaping.UpSampling2D.Interpolation;
import org.epochflow.model.nn.layer.reshaping.ZeroPadding2D;

/** Layers that move values, and those that make images larger. */
final class Reshapings {
  private Reshapings() {}

  static Value permute(Graph graph, Permute layer, Form.Inputs inputs) {
    Value x = graph.channelsLast(inputs.x());
    long[] order = new long[layer.order().size() + 1];
    for (int i = 1; i < order.length; i++) {
      order[i] = layer.order().get(i - 1);
    }
    String name = graph.node("Transpose", List.of(x.name()), integers("perm", order));
    return x.next(name, inputs.output());
  }

  static Value pad(Graph graph, ZeroPadding2D layer, Form.Inputs inputs) {
    Value x = inputs.x();
    Borders borders = layer.padding();
    int dimensions = x.shape().dimensions().size() + 1;
    long[] pads = new long[2 * dimensions];
    pads[x.axis(0)] = borders.top();
    pads[x.axis(1)] = borders.left();
    pads[dimensions + x.axis(0)] = borders.bottom();
    pads[dimensions + x.axis(1)] = borders.right();
    String name = graph.node("Pad", List.of(x.name(), graph.indices("pads", pads)));
    return x.next(name, inputs.output());
  }

  static Value crop(Graph graph, Cropping2D layer, Form.Inputs inputs) {
    Borders borders = layer.cropping();
    return slice(graph, inputs.x(), borders.top(), borders.left(), inputs.output());
  }

  private static Value slice(Graph graph, Value x, int top, int left, Shape output) {
    String name =
        graph.node(
            "Slice",
            List.of(
                x.name(),
                graph.indices("starts", top, left),
                graph.indices("ends", top + output.height(), left + output.width()),
                graph.indices("axes", x.axis(0), x.axis(1))));
    return x.next(name, output);
  }

  static Value enlarge(Graph graph, UpSampling2D layer, Form.Inputs inputs) {
    return layer.interpolation() == Interpolation.BILINEAR
        ? interpolate(graph, inputs.x(), inputs.output())
        : resize(graph, inputs.x(), inputs.output(), "nearest", "asymmetric");
  }

  private static Value interpolate(Graph graph, Value x, Shape output) {
    return resize(graph, x, output, "linear", "half_pixel");
  }

  private static Value resize(
      Graph graph, Value image, Shape output, String mode, String coordinates) {
    Value x = graph.channelsFirst(image);
    float[] scales = {
      1, 1, scale(x.shape().height(), output.height()), scale(x.shape().width(), output.width())
    };
    String name =
        graph.node(
            "Resize",
            List.of(x.name(), "", graph.constant("scales", List.of(scales.length), scales)),
            text("mode", mode),
            text("coordinate_transformation_mode", coordinates),
            text("nearest_mode", "floor"));
    return x.next(name, output);
  }

  /** The product with {@code from}, rounded down, is {@code to}. */
  private static float scale(int from, int to) {
    float scale = (float) to / from;
    return (int) (scale * from) < to ? Math.nextUp(scale) : scale;
  }

  /** What the layer does where it does not train. */
  static Value middle(Graph graph, RandomCrop layer, Form.Inputs inputs) {
    Value x = inputs.x();
    RandomCrop.Window window = (RandomCrop.Window) layer.still(x.shape()).orElseThrow();
    Shape size = Shape.of(window.height(), window.width(), x.channels());
    Value cut = size.equals(x.shape()) ? x : slice(graph, x, window.top(), window.left(), size);
    return size.equals(inputs.output()) ? cut : interpolate(graph, cut, inputs.output());
  }
}
