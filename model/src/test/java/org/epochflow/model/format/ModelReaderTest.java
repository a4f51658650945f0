package org.epochflow.model.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.merging.Add;
import org.epochflow.model.nn.layer.regularization.Dropout;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The JSON of models as versions of Keras before the newest wrote it. */
class ModelReaderTest {
  private static final Dense HIDDEN = new Dense("a", 4, Function.RELU);
  private static final Dense LAST = new Dense("o", 3, Function.SOFTMAX);

  /** A residual block as Keras 2 writes it: tensors are lists of names and numbers. */
  private static final String KERAS_2 =
      """
      {"class_name": "Functional", "keras_version": "2.11.0", "backend": "tensorflow", "config": {
        "name": "model", "trainable": true, "layers": [
        {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 4], "dtype": "float32",
          "sparse": false, "ragged": false, "name": "in"}, "name": "in", "inbound_nodes": []},
        {"class_name": "Dense", "config": {"name": "a", "trainable": false, "dtype": "float32",
          "units": 4, "activation": "relu", "use_bias": true}, "name": "a",
          "inbound_nodes": [[["in", 0, 0, {}]]]},
        {"class_name": "Add", "config": {"name": "add", "trainable": true, "dtype": "float32"},
          "name": "add", "inbound_nodes": [[["in", 0, 0, {}], ["a", 0, 0, {}]]]},
        {"class_name": "Dense", "config": {"name": "o", "trainable": true, "dtype": "float32",
          "units": 3, "activation": "softmax", "use_bias": true}, "name": "o",
          "inbound_nodes": [[["add", 0, 0, {}]]]}],
        "input_layers": [["in", 0, 0]], "output_layers": [["o", 0, 0]]}}
      """;

  private static Architecture read(String json) throws ModelFormatException {
    return ArchitectureJson.read(json, "old.json");
  }

  @Test
  void functionalModelsOfKeras2() throws ModelFormatException {
    assertEquals(
        new Architecture(
            "model",
            Shape.of(4),
            List.of(HIDDEN, new Add("add"), LAST),
            List.of(List.of(0), List.of(0, 1), List.of(2)),
            new TreeSet<>(Set.of("a"))),
        read(KERAS_2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[[\"add\", 0, 0, {}]]]} | [[\"add\", 0, 0, {\"training\": false}]]]} | tensors alone",
        "[[\"add\", 0, 0, {}]]]} | [[\"add\", 0, 0, {}]], [[\"a\", 0, 0, {}]]]} | called once",
        "[[\"add\", 0, 0, {}]]]} | [[\"later\", 0, 0, {}]]]} | a layer before it, found later",
        "[\"in\", 0, 0]], \"o | [\"in\", 0, 0], [\"b\", 0, 0]], \"o | one layer as input_layers",
        "[\"o\", 0, 0] | [\"a\", 0, 0] | the last layer as output",
        "[[\"in\", 0, 0, {}], [\"a\", 0, 0, {}]] | [[\"in\", 0, 0, {}]] | one output, found two",
      })
  void whatIsNoGraphOfLayersIsRefusedByName(String written, String other, String expected) {
    String changed = KERAS_2.replace(written, other);
    assertTrue(!changed.equals(KERAS_2), written);
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> read(changed));
    assertTrue(String.valueOf(e.getMessage()).contains(expected), e.getMessage());
  }

  @Test
  void aListOfLayersIsASequentialOfKerasBefore223() throws ModelFormatException {
    assertEquals(
        new Architecture("sequential", Shape.of(5), List.of(HIDDEN, new Dropout("d", 0.2), LAST)),
        read(
            """
            {"class_name": "Sequential", "keras_version": "2.0.8", "config": [
              {"class_name": "Dense", "config": {"name": "a", "batch_input_shape": [null, 5],
                "dtype": "float32", "units": 4, "activation": "relu", "use_bias": true}},
              {"class_name": "Dropout", "config": {"name": "d", "rate": 0.2, "seed": null}},
              {"class_name": "Dense", "config": {"name": "o", "units": 3, "activation": "softmax"}}
            ]}
            """));
  }

  @Test
  void layersOfKeras1HaveOtherNames() throws ModelFormatException {
    assertEquals(
        new Architecture(
            "sequential",
            Shape.of(7, 6, 1),
            List.of(
                new Conv2D("c", 2, 3, 3, Padding.VALID, Function.RELU),
                new Flatten("f"),
                new Dropout("d", 0.5),
                LAST)),
        read(
            """
            {"class_name": "Sequential", "keras_version": "1.2.2", "config": [
              {"class_name": "Convolution2D", "config": {"name": "c", "trainable": true,
                "batch_input_shape": [null, 7, 6, 1], "input_dtype": "float32", "nb_filter": 2,
                "nb_row": 3, "nb_col": 3, "border_mode": "valid", "subsample": [1, 1],
                "init": "glorot_uniform", "activation": "relu", "dim_ordering": "tf", "bias": true,
                "W_regularizer": null, "b_regularizer": null, "activity_regularizer": null,
                "W_constraint": null, "b_constraint": null}},
              {"class_name": "Flatten", "config": {"name": "f", "trainable": true}},
              {"class_name": "Dropout", "config": {"name": "d", "trainable": true, "p": 0.5}},
              {"class_name": "Dense", "config": {"name": "o", "trainable": true, "output_dim": 3,
                "input_dim": 40, "init": "glorot_uniform", "activation": "softmax", "bias": true}}
            ]}
            """));
  }

  @Test
  void aModelAmongTheLayersIsTakenApart() throws ModelFormatException {
    String inner =
        """
        {"class_name": "Sequential", "config": {"name": "block", "trainable": false, "layers": [
          {"class_name": "InputLayer", "config": {"batch_shape": [null, 5], "name": "i"}},
          {"class_name": "Dense", "config": {"name": "o", "units": 4, "activation": "relu"}}]}}
        """;
    assertEquals(
        new Architecture(
            "outer",
            Shape.of(5),
            List.of(
                new Dense("o", 4, Function.RELU),
                new Dense("o_1", 4, Function.RELU),
                new Dense("o_2", 3, Function.SOFTMAX)),
            Architecture.chain(3),
            new TreeSet<>(Set.of("o", "o_1"))),
        read(
            """
            {"class_name": "Sequential", "config": {"name": "outer", "layers": [%s, %s,
              {"class_name": "Dense", "config": {"name": "o", "units": 3, "activation": "softmax"}}
            ]}}
            """
                .formatted(inner, inner)));
  }
}
