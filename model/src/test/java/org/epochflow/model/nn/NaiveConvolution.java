package org.epochflow.model.nn;

import java.util.List;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.convolution.DepthwiseConv2D;
import org.epochflow.model.nn.layer.convolution.SeparableConv2D;
import org.epochflow.model.nn.layer.convolution.Window;
import org.epochflow.model.nn.layer.core.Padding;

/** The part of {@link NaiveNetwork} that is about convolutions. */
final class NaiveConvolution {
  private NaiveConvolution() {}

  /** What the layer makes of one example. */
  static double[] of(Layer layer, Shape in, List<Variable> variables, double[] w, double[] x) {
    Shape out = layer.output(in);
    if (layer instanceof Conv2D conv) {
      double[] sums = convolve(conv.window(), false, in, out, variables.get(0), w, x);
      addBias(variables, w, sums);
      return NaiveFunctions.of(conv.activation(), sums, out.channels());
    } else if (layer instanceof DepthwiseConv2D conv) {
      double[] sums = convolve(conv.window(), true, in, out, variables.get(0), w, x);
      addBias(variables, w, sums);
      return NaiveFunctions.of(conv.activation(), sums, out.channels());
    }
    SeparableConv2D conv = (SeparableConv2D) layer;
    int filters = in.channels() * conv.depthMultiplier();
    Shape between = Shape.of(out.height(), out.width(), filters);
    double[] z = convolve(conv.window(), true, in, between, variables.get(0), w, x);
    Window place = Window.of(1, 1, Padding.VALID);
    double[] sums = convolve(place, false, between, out, variables.get(1), w, z);
    addBias(variables, w, sums);
    return NaiveFunctions.of(conv.activation(), sums, out.channels());
  }

  private static void addBias(List<Variable> variables, double[] w, double[] sums) {
    Variable last = variables.get(variables.size() - 1);
    for (int i = 0; last.name().equals("bias") && i < sums.length; i++) {
      sums[i] += w[last.offset() + i % last.size()];
    }
  }

  /** The first input of a window, along one side. */
  private static int begin(int out, Padding padding, int size, int kernel, int stride, int step) {
    int outputs = (size + stride - 1) / stride;
    int zeros = (outputs - 1) * stride + (kernel - 1) * step + 1 - size;
    return out * stride - (padding == Padding.SAME ? Math.max(0, zeros) / 2 : 0);
  }

  private static double[] convolve(
      Window s, boolean depthwise, Shape in, Shape out, Variable kernel, double[] w, double[] x) {
    double[] y = new double[out.size()];
    for (int o = 0; o < y.length; o++) {
      int filter = o % out.channels();
      int column = o / out.channels() % out.width();
      int row = o / out.channels() / out.width();
      int left =
          begin(
              column, s.padding(), in.width(), s.kernelWidth(), s.strideWidth(), s.dilationWidth());
      int top =
          begin(
              row,
              s.padding(),
              in.height(),
              s.kernelHeight(),
              s.strideHeight(),
              s.dilationHeight());
      for (int m = 0; m < s.kernelHeight(); m++) {
        for (int n = 0; n < s.kernelWidth(); n++) {
          int i = top + m * s.dilationHeight();
          int j = left + n * s.dilationWidth();
          int place = m * s.kernelWidth() + n;
          for (int c = 0; c < in.channels(); c++) {
            boolean inside = i >= 0 && i < in.height() && j >= 0 && j < in.width();
            double value = inside ? x[(i * in.width() + j) * in.channels() + c] : 0;
            if (!depthwise) {
              int weight = (place * in.channels() + c) * out.channels() + filter;
              y[o] += value * w[kernel.offset() + weight];
            } else if (filter / (out.channels() / in.channels()) == c) {
              y[o] += value * w[kernel.offset() + place * out.channels() + filter];
            }
          }
        }
      }
    }
    return y;
  }
}
