package org.epochflow.model.format;

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
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.convolution.SeparableConv2D;
import org.epochflow.model.nn.layer.convolution.Window;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.KernelAndBias;
import org.epochflow.model.nn.layer.core.Padding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers in the words of Keras 1. */
class Keras1JsonTest {
  private static final Initializer HE_NORMAL =
      new Initializer("HeNormal", Law.TRUNCATED_NORMAL, Fan.IN, 2, 0);

  private static Layer read(String type, String config) throws ModelFormatException {
    String text = "{'class_name': '%s', 'config': %s}".formatted(type, config).replace('\'', '"');
    JsonObject element =
        Keras1Json.renamed(JsonObject.of(Json.parse(text, "a.json"), "a.json, layer l"));
    return Layers.read(element.text("class_name"), element.object("config"));
  }

  @Test
  void aConvolutionOfKeras1IsRead() throws Exception {
    assertEquals(
        new Conv2D(
            "l",
            32,
            new Window(5, 3, 2, 1, 1, 1, Padding.SAME),
            Function.RELU,
            new KernelAndBias(false, List.of(HE_NORMAL), Initializer.ZEROS)),
        read(
            "Convolution2D",
            """
            {'name': 'l', 'trainable': true, 'nb_filter': 32, 'nb_row': 5, 'nb_col': 3,
             'init': 'he_normal', 'activation': 'relu', 'border_mode': 'same',
             'subsample': [2, 1], 'dim_ordering': 'tf', 'W_regularizer': null,
             'b_regularizer': null, 'activity_regularizer': null, 'W_constraint': null,
             'b_constraint': null, 'bias': false, 'batch_input_shape': [null, 28, 28, 1]}
            """));
    assertEquals(
        new Conv2D(
            "l",
            8,
            new Window(3, 3, 1, 1, 2, 3, Padding.VALID),
            Function.LINEAR,
            KernelAndBias.STANDARD),
        read(
            "AtrousConvolution2D",
            """
            {'name': 'l', 'nb_filter': 8, 'nb_row': 3, 'nb_col': 3, 'init': 'glorot_uniform',
             'activation': 'linear', 'border_mode': 'valid', 'atrous_rate': [2, 3], 'bias': true}
            """));
  }

  @Test
  void aDenseLayerOfKeras1IsRead() throws Exception {
    assertEquals(
        new Dense(
            "l",
            10,
            Function.SOFTMAX,
            new KernelAndBias(
                true,
                List.of(new Initializer("RandomUniform", Law.UNIFORM, null, -0.05, 0.05)),
                Initializer.ZEROS)),
        read(
            "Dense",
            """
            {'name': 'l', 'output_dim': 10, 'init': 'uniform', 'activation': 'softmax',
             'W_regularizer': null, 'bias': true, 'input_dim': 784}
            """));
  }

  @Test
  void theInitializerOfASeparableConvolutionIsThatOfBothKernels() throws Exception {
    assertEquals(
        new SeparableConv2D(
            "l",
            4,
            1,
            Window.of(3, 2, Padding.VALID),
            Function.LINEAR,
            new KernelAndBias(true, List.of(HE_NORMAL, HE_NORMAL), Initializer.ZEROS)),
        read(
            "SeparableConvolution2D",
            "{'name': 'l', 'nb_filter': 4, 'nb_row': 3, 'nb_col': 2, 'init': 'he_normal'}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"MaxPooling2D", "AveragePooling2D"})
  void poolingIsRead(String type) throws Exception {
    String pooling = "{'name': 'l', 'pool_size': [3, 2], 'strides': [2, 1], %s}";
    assertEquals(
        read(type, pooling.formatted("'padding': 'same'")),
        read(type, pooling.formatted("'border_mode': 'same', 'dim_ordering': 'tf'")));
  }

  @Test
  void channelsFirstAreRefused() {
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class,
            () -> read("MaxPooling2D", "{'name': 'l', 'dim_ordering': 'th'}"));
    assertEquals(
        "Expected \"channels_last\" or null as data_format, found \"channels_first\""
            + " (a.json, layer l, config)",
        e.getMessage());
  }
}
