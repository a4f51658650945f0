package org.epochflow.export.onnx;

import static org.epochflow.export.onnx.Graph.integers;

import java.util.List;
import org.epochflow.model.nn.layer.normalization.BatchNormalization;
import org.epochflow.model.nn.layer.normalization.ChannelValues;
import org.epochflow.model.nn.layer.normalization.GammaAndBeta;
import org.epochflow.model.nn.layer.normalization.LayerNormalization;
import org.epochflow.model.nn.layer.normalization.Normalization;
import org.epochflow.model.nn.layer.normalization.Rescaling;

/** Layers that shift and scale by channel. */
final class Normalizations {
  private static final double LEAST_DEVIATION = 1e-7;

  private Normalizations() {}

  /** Of the moving statistics: a factor and a summand, which a convolution before it takes over. */
  static Value batch(Graph graph, BatchNormalization layer, Form.Inputs inputs) {
    int channels = inputs.x().channels();
    int next = inputs.variables().size();
    float[] variance = inputs.variable(next - 1);
    float[] mean = inputs.variable(next - 2);
    float[] gamma = gamma(layer.gammaAndBeta(), inputs);
    float[] beta = beta(layer.gammaAndBeta(), inputs);
    float[] scale = new float[channels];
    float[] shift = new float[channels];
    for (int c = 0; c < channels; c++) {
      double factor = gamma[c] / Math.sqrt(variance[c] + layer.epsilon());
      scale[c] = (float) factor;
      shift[c] = (float) (beta[c] - mean[c] * factor);
    }
    return graph.affine(inputs.x(), new float[channels], scale, shift);
  }

  private static float[] gamma(GammaAndBeta of, Form.Inputs inputs) {
    return of.scale() ? inputs.variable(0) : Graph.all(inputs.x().channels(), 1);
  }

  private static float[] beta(GammaAndBeta of, Form.Inputs inputs) {
    return of.center() ? inputs.variable(of.scale() ? 1 : 0) : new float[inputs.x().channels()];
  }

  /** Mean and variance of each vector along the last axis. */
  static Value layer(Graph graph, LayerNormalization layer, Form.Inputs inputs) {
    Value x = graph.channelsLast(inputs.x());
    Value apart = graph.pair("Sub", x, mean(graph, x));
    Value variance = mean(graph, graph.pair("Mul", apart, apart));
    Value deviation = graph.each("Sqrt", graph.with("Add", variance, (float) layer.epsilon()));
    Value normal = graph.pair("Div", apart, deviation);
    return graph.affine(
        normal,
        new float[x.channels()],
        gamma(layer.gammaAndBeta(), inputs),
        beta(layer.gammaAndBeta(), inputs));
  }

  private static Value mean(Graph graph, Value x) {
    return graph.each("ReduceMean", x, integers("axes", x.lastAxis()));
  }

  static Value given(Graph graph, Normalization layer, Form.Inputs inputs) {
    Normalization.Given given = layer.given();
    int channels = inputs.x().channels();
    float[] means =
        given == null ? spread(inputs.variable(0), channels) : spread(given.mean(), channels);
    float[] scale = new float[channels];
    for (int c = 0; c < channels; c++) {
      double variance =
          given == null ? spread(inputs.variable(1), channels)[c] : at(given.variance(), c);
      double deviation = Math.max(Math.sqrt(variance), LEAST_DEVIATION);
      scale[c] = (float) (layer.invert() ? deviation : 1 / deviation);
    }
    float[] none = new float[channels];
    return graph.affine(
        inputs.x(), layer.invert() ? none : means, scale, layer.invert() ? means : none);
  }

  static Value rescale(Graph graph, Rescaling layer, Form.Inputs inputs) {
    int channels = inputs.x().channels();
    return graph.affine(
        inputs.x(),
        new float[channels],
        spread(layer.scale(), channels),
        spread(layer.offset(), channels));
  }

  private static double at(ChannelValues values, int channel) {
    List<Double> all = values.values();
    return all.get(all.size() == 1 ? 0 : channel);
  }

  private static float[] spread(ChannelValues values, int channels) {
    float[] all = new float[channels];
    for (int c = 0; c < channels; c++) {
      all[c] = (float) at(values, c);
    }
    return all;
  }

  private static float[] spread(float[] values, int channels) {
    return values.length == 1 ? Graph.all(channels, values[0]) : values;
  }
}
