package org.epochflow.model.nn.layer.convolution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Initializer;
import org.epochflow.model.nn.Initializer.Fan;
import org.epochflow.model.nn.Initializer.Law;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.layer.Layers;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.KernelAndBias;
import org.epochflow.model.nn.layer.core.Padding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions as Keras 2 and 3 write them, and what each must not say. */
class ConvolutionJsonTest {
  private static final Initializer HE_NORMAL =
      new Initializer("HeNormal", Law.TRUNCATED_NORMAL, Fan.IN, 2, 0);

  private static Layer read(String type, String config) throws ModelFormatException {
    String text = config.replace('\'', '"');
    return Layers.read(type, JsonObject.of(Json.parse(text, "a.json"), "a.json, layer l"));
  }

  @Test
  void whatIsMissingIsKerasDefault() throws Exception {
    assertEquals(
        new DepthwiseConv2D("l", 1, Window.of(3, 3, Padding.VALID)),
        read("DepthwiseConv2D", "{'name': 'l', 'kernel_size': 3}"));
    assertEquals(
        new SeparableConv2D("l", 4, Window.of(3, 2, Padding.VALID)),
        read("SeparableConv2D", "{'name': 'l', 'filters': 4, 'kernel_size': [3, 2]}"));
    assertEquals(
        new Conv2D("l", 4, 2, 2, Padding.VALID, Function.LINEAR),
        read("Conv2D", "{'name': 'l', 'filters': 4, 'kernel_size': [2, 2]}"));
  }

  /** Keras 2 writes settings of the layer that it is made from. */
  @Test
  void aSeparableConvolutionOfKeras2IsRead() throws Exception {
    Initializer ones = Initializer.ONES;
    assertEquals(
        new SeparableConv2D(
            "l",
            4,
            2,
            new Window(3, 3, 2, 2, 1, 1, Padding.SAME),
            Function.RELU,
            new KernelAndBias(true, List.of(HE_NORMAL, ones), ones)),
        read(
            "SeparableConv2D",
            """
            {'name': 'l', 'filters': 4, 'kernel_size': [3, 3], 'strides': [2, 2],
             'padding': 'same', 'data_format': 'channels_last', 'dilation_rate': [1, 1],
             'groups': 1, 'activation': 'relu', 'use_bias': true,
             'kernel_initializer': {'class_name': 'GlorotUniform', 'config': {'seed': null}},
             'kernel_regularizer': null, 'kernel_constraint': null, 'depth_multiplier': 2,
             'depthwise_initializer': {'class_name': 'HeNormal', 'config': {'seed': 3}},
             'pointwise_initializer': {'class_name': 'Ones', 'config': {}},
             'bias_initializer': 'ones', 'depthwise_regularizer': null}
            """));
  }

  /** Keras, too, has both at once in depthwise convolutions. */
  @Test
  void aDepthwiseConvolutionHasStridesAndDilation() throws Exception {
    Window both = new Window(3, 3, 2, 2, 2, 2, Padding.SAME);
    assertEquals(
        new DepthwiseConv2D("l", 1, both),
        read(
            "DepthwiseConv2D",
            "{'name': 'l', 'kernel_size': 3, 'strides': 2, 'dilation_rate': 2, 'padding': 'same'}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "Conv2D | 'strides': 2, 'dilation_rate': 2 | Layer l: expected strides or a dilation_rate"
            + " above 1, found both, (2, 2) and (2, 2) (a.json, layer l)",
        "Conv2D | 'groups': 2 | Expected 1 as groups, found 2 (a.json, layer l)",
        "DepthwiseConv2D | 'depthwise_regularizer': {} | Expected a field class_name, found"
            + " none (a.json, layer l)",
        "SeparableConv2D | 'padding': 'causal' | Expected valid or same as padding, found"
            + " \"causal\" (a.json, layer l)",
        "Conv2D | 'use_bias': 'no' | Expected true or false as use_bias, found \"no\" (a.json,"
            + " layer l)",
      })
  void whatKerasAloneCanDoIsRefused(String type, String setting, String message) {
    String config = "{'name': 'l', 'filters': 2, 'kernel_size': 3, %s}".formatted(setting);
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> read(type, config));
    assertEquals(message, e.getMessage());
  }
}
