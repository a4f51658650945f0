package org.epochflow.export.onnx;

import static org.epochflow.export.onnx.Graph.integer;
import static org.epochflow.export.onnx.Graph.integers;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.convolution.DepthwiseConv2D;
import org.epochflow.model.nn.layer.convolution.SeparableConv2D;
import org.epochflow.model.nn.layer.convolution.Window;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.pooling.AveragePooling2D;
import org.epochflow.model.nn.layer.pooling.GlobalAveragePooling2D;
import org.epochflow.model.nn.layer.pooling.GlobalMaxPooling2D;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;
import org.epochflow.model.nn.layer.pooling.Windows;

/** Sums and pools: dense layers, convolutions and windows of images, which have channels first. */
final class Convolutions {
  private static final String KERNEL = "kernel";

  private Convolutions() {}

  static Value dense(Graph graph, Dense layer, Form.Inputs inputs) {
    Value x = graph.channelsLast(inputs.x());
    List<String> operands = new ArrayList<>(List.of(x.name()));
    operands.add(
        graph.constant(KERNEL, inputs.variables().get(0).dimensions(), inputs.variable(0)));
    boolean biased = layer.weights().useBias();
    String sums;
    if (x.shape().dimensions().size() == 1) {
      addBias(graph, operands, biased, inputs);
      sums = graph.node("Gemm", operands);
    } else { // a product for each place
      List<String> terms = new ArrayList<>(List.of(graph.node("MatMul", operands)));
      addBias(graph, terms, biased, inputs);
      sums = biased ? graph.node("Add", terms) : terms.get(0);
    }
    return Functions.apply(graph, layer.activation(), new Value(sums, inputs.output(), false));
  }

  /** The bias is the last of the variables. */
  private static void addBias(
      Graph graph, List<String> operands, boolean biased, Form.Inputs inputs) {
    if (biased) {
      float[] bias = inputs.variable(inputs.variables().size() - 1);
      operands.add(graph.constant("bias", List.of(bias.length), bias));
    }
  }

  static Value full(Graph graph, Conv2D layer, Form.Inputs inputs) {
    List<Integer> dimensions = inputs.variables().get(0).dimensions();
    Value sums =
        convolve(
            graph,
            filtersFirst(graph, KERNEL, dimensions, inputs.variable(0)),
            layer.window(),
            1,
            layer.weights().useBias(),
            inputs,
            inputs.output());
    return Functions.apply(graph, layer.activation(), sums);
  }

  static Value depthwise(Graph graph, DepthwiseConv2D layer, Form.Inputs inputs) {
    Value sums =
        convolve(
            graph,
            channelFilters(graph, KERNEL, inputs),
            layer.window(),
            inputs.x().channels(),
            layer.weights().useBias(),
            inputs,
            inputs.output());
    return Functions.apply(graph, layer.activation(), sums);
  }

  static Value separable(Graph graph, SeparableConv2D layer, Form.Inputs inputs) {
    int channels = inputs.x().channels();
    Shape between =
        Shape.of(
            inputs.output().height(), inputs.output().width(), channels * layer.depthMultiplier());
    String filters = channelFilters(graph, "depthwise_kernel", inputs);
    Value x = convolve(graph, filters, layer.window(), channels, false, inputs, between);
    List<String> operands = new ArrayList<>(List.of(x.name()));
    operands.add(
        filtersFirst(
            graph, "pointwise_kernel", inputs.variables().get(1).dimensions(), inputs.variable(1)));
    addBias(graph, operands, layer.weights().useBias(), inputs);
    Value sums = new Value(graph.node("Conv", operands), inputs.output(), true);
    return Functions.apply(graph, layer.activation(), sums);
  }

  private static Value convolve(
      Graph graph,
      String filters,
      Window window,
      int groups,
      boolean biased,
      Form.Inputs inputs,
      Shape output) {
    Value x = graph.channelsFirst(inputs.x());
    List<String> operands = new ArrayList<>(List.of(x.name(), filters));
    addBias(graph, operands, biased, inputs);
    boolean same = window.padding() == Padding.SAME;
    int height = (window.kernelHeight() - 1) * window.dilationHeight() + 1;
    int width = (window.kernelWidth() - 1) * window.dilationWidth() + 1;
    String name =
        graph.node(
            "Conv",
            operands,
            integers("kernel_shape", window.kernelHeight(), window.kernelWidth()),
            integers("strides", window.strideHeight(), window.strideWidth()),
            integers("dilations", window.dilationHeight(), window.dilationWidth()),
            integer("group", groups),
            pads(
                same,
                x.shape(),
                output,
                height,
                width,
                window.strideHeight(),
                window.strideWidth()));
    return new Value(name, output, true);
  }

  /** Keras pads the half, rounded down, before the image and the rest after it. */
  private static AttributeProto pads(
      boolean same, Shape x, Shape y, int height, int width, int strideHeight, int strideWidth) {
    int rows = same ? Math.max(0, (y.height() - 1) * strideHeight + height - x.height()) : 0;
    int columns = same ? Math.max(0, (y.width() - 1) * strideWidth + width - x.width()) : 0;
    return integers("pads", rows / 2, columns / 2, rows - rows / 2, columns - columns / 2);
  }

  /** {@code [height x width x in x filters]} as {@code [filters x in x height x width]}. */
  private static String filtersFirst(
      Graph graph, String name, List<Integer> dimensions, float[] kernel) {
    int places = dimensions.get(0) * dimensions.get(1);
    int in = dimensions.get(2);
    int filters = dimensions.get(3);
    float[] reordered = new float[kernel.length];
    for (int place = 0; place < places; place++) {
      for (int c = 0; c < in; c++) {
        for (int f = 0; f < filters; f++) {
          reordered[(f * in + c) * places + place] = kernel[(place * in + c) * filters + f];
        }
      }
    }
    return graph.constant(
        name, List.of(filters, in, dimensions.get(0), dimensions.get(1)), reordered);
  }

  /** {@code [height x width x in x M]} as {@code [in M x 1 x height x width]}. */
  private static String channelFilters(Graph graph, String name, Form.Inputs inputs) {
    List<Integer> d = inputs.variables().get(0).dimensions();
    return filtersFirst(
        graph, name, List.of(d.get(0), d.get(1), 1, d.get(2) * d.get(3)), inputs.variable(0));
  }

  static Value largest(Graph graph, MaxPooling2D layer, Form.Inputs inputs) {
    return pool(graph, "MaxPool", layer.windows(), inputs);
  }

  static Value mean(Graph graph, AveragePooling2D layer, Form.Inputs inputs) {
    return pool(graph, "AveragePool", layer.windows(), inputs);
  }

  private static Value pool(Graph graph, String operator, Windows windows, Form.Inputs inputs) {
    Value x = graph.channelsFirst(inputs.x());
    return x.next(
        graph.node(
            operator,
            List.of(x.name()),
            integers("kernel_shape", windows.poolHeight(), windows.poolWidth()),
            integers("strides", windows.strideHeight(), windows.strideWidth()),
            pads(
                windows.padding() == Padding.SAME,
                x.shape(),
                inputs.output(),
                windows.poolHeight(),
                windows.poolWidth(),
                windows.strideHeight(),
                windows.strideWidth())),
        inputs.output());
  }

  static Value mean(Graph graph, GlobalAveragePooling2D layer, Form.Inputs inputs) {
    return whole(graph, "GlobalAveragePool", layer.keepDimensions(), inputs);
  }

  static Value largest(Graph graph, GlobalMaxPooling2D layer, Form.Inputs inputs) {
    return whole(graph, "GlobalMaxPool", layer.keepDimensions(), inputs);
  }

  private static Value whole(Graph graph, String operator, boolean keep, Form.Inputs inputs) {
    Value x = graph.channelsFirst(inputs.x());
    Value pooled = x.next(graph.node(operator, List.of(x.name())), inputs.output());
    return keep
        ? pooled
        : new Value(graph.node("Flatten", List.of(pooled.name())), inputs.output(), false);
  }
}
