package org.epochflow.runners.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.TreeSet;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.merging.Add;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.junit.jupiter.api.Test;

/** The tables are what Keras 3.15.1 printed for the same networks. */
class ModelSummaryTest {
  private static final Shape IMAGE = Shape.of(28, 28, 1);

  @Test
  void softmaxIsAsKerasPrintsIt() {
    assertEquals(
        """
        Model: "softmax"
        ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
        ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
        ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
        │ dense (Dense)                   │ (None, 10)             │         7,850 │
        ├─────────────────────────────────┼────────────────────────┼───────────────┤
        │ activation (Activation)         │ (None, 10)             │             0 │
        └─────────────────────────────────┴────────────────────────┴───────────────┘
         Total params: 7,850 (30.66 KB)
         Trainable params: 7,850 (30.66 KB)
         Non-trainable params: 0 (0.00 B)
        """,
        ModelSummary.of(Presets.softmax(IMAGE, 10)));
  }

  @Test
  void cnnIsAsKerasPrintsIt() {
    assertEquals(
        """
        Model: "cnn"
        ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
        ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
        ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
        │ conv2d (Conv2D)                 │ (None, 26, 26, 32)     │           320 │
        ├─────────────────────────────────┼────────────────────────┼───────────────┤
        │ max_pooling2d (MaxPooling2D)    │ (None, 13, 13, 32)     │             0 │
        ├─────────────────────────────────┼────────────────────────┼───────────────┤
        │ conv2d_1 (Conv2D)               │ (None, 11, 11, 64)     │        18,496 │
        ├─────────────────────────────────┼────────────────────────┼───────────────┤
        │ max_pooling2d_1 (MaxPooling2D)  │ (None, 5, 5, 64)       │             0 │
        ├─────────────────────────────────┼────────────────────────┼───────────────┤
        │ conv2d_2 (Conv2D)               │ (None, 3, 3, 128)      │        73,856 │
        ├─────────────────────────────────┼────────────────────────┼───────────────┤
        │ flatten (Flatten)               │ (None, 1152)           │             0 │
        ├─────────────────────────────────┼────────────────────────┼───────────────┤
        │ dense (Dense)                   │ (None, 512)            │       590,336 │
        ├─────────────────────────────────┼────────────────────────┼───────────────┤
        │ activation (Activation)         │ (None, 512)            │             0 │
        ├─────────────────────────────────┼────────────────────────┼───────────────┤
        │ dropout (Dropout)               │ (None, 512)            │             0 │
        ├─────────────────────────────────┼────────────────────────┼───────────────┤
        │ dense_1 (Dense)                 │ (None, 10)             │         5,130 │
        ├─────────────────────────────────┼────────────────────────┼───────────────┤
        │ activation_1 (Activation)       │ (None, 10)             │             0 │
        └─────────────────────────────────┴────────────────────────┴───────────────┘
         Total params: 688,138 (2.63 MB)
         Trainable params: 688,138 (2.63 MB)
         Non-trainable params: 0 (0.00 B)
        """,
        ModelSummary.of(Presets.cnn(IMAGE, 10, 0.2, Padding.VALID, 1)));
  }

  @Test
  void aGraphIsAsKerasPrintsIt() {
    assertEquals(
        """
        Model: "residual"
        ┏━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━┓
        ┃ Layer (type)          ┃ Output Shape      ┃     Param # ┃ Connected to       ┃
        ┡━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━┩
        │ input_layer           │ (None, 8, 8, 4)   │           0 │ -                  │
        │ (InputLayer)          │                   │             │                    │
        ├───────────────────────┼───────────────────┼─────────────┼────────────────────┤
        │ conv2d (Conv2D)       │ (None, 8, 8, 4)   │         148 │ input_layer[0][0]  │
        ├───────────────────────┼───────────────────┼─────────────┼────────────────────┤
        │ add (Add)             │ (None, 8, 8, 4)   │           0 │ conv2d[0][0],      │
        │                       │                   │             │ input_layer[0][0]  │
        ├───────────────────────┼───────────────────┼─────────────┼────────────────────┤
        │ flatten (Flatten)     │ (None, 256)       │           0 │ add[0][0]          │
        ├───────────────────────┼───────────────────┼─────────────┼────────────────────┤
        │ a_dense_layer_of_a_l… │ (None, 10)        │       2,570 │ flatten[0][0]      │
        │ (Dense)               │                   │             │                    │
        └───────────────────────┴───────────────────┴─────────────┴────────────────────┘
         Total params: 2,718 (10.62 KB)
         Trainable params: 2,718 (10.62 KB)
         Non-trainable params: 0 (0.00 B)
        """,
        ModelSummary.of(
            new Architecture(
                "residual",
                Shape.of(8, 8, 4),
                List.of(
                    new Conv2D("conv2d", 4, 3, 3, Padding.SAME, Function.RELU),
                    new Add("add"),
                    new Flatten("flatten"),
                    new Dense("a_dense_layer_of_a_long_name", 10, Function.SOFTMAX)),
                List.of(List.of(0), List.of(1, 0), List.of(2), List.of(3)),
                new TreeSet<>())));
  }

  @Test
  void longNamesAreCutAsKerasCutsThem() {
    assertEquals(
        """
        Model: "long_one"
        ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
        ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
        ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
        │ a_convolution_of_a_long_name_t… │ (None, 26, 26, 32)     │           320 │
        │ (Conv2D)                        │                        │               │
        ├─────────────────────────────────┼────────────────────────┼───────────────┤
        │ flatten (Flatten)               │ (None, 21632)          │             0 │
        ├─────────────────────────────────┼────────────────────────┼───────────────┤
        │ dense (Dense)                   │ (None, 1000)           │    21,633,000 │
        └─────────────────────────────────┴────────────────────────┴───────────────┘
         Total params: 21,633,320 (82.52 MB)
         Trainable params: 21,633,320 (82.52 MB)
         Non-trainable params: 0 (0.00 B)
        """,
        ModelSummary.of(
            new Architecture(
                "long_one",
                IMAGE,
                List.of(
                    new Conv2D(
                        "a_convolution_of_a_long_name_that_wraps_here",
                        32,
                        3,
                        3,
                        Padding.VALID,
                        Function.LINEAR),
                    new Flatten("flatten"),
                    new Dense("dense", 1000, Function.SOFTMAX)))));
  }

  @Test
  void totalsOfMlpAndOfCnnWithSamePaddingAreKeras() {
    assertEquals(
        " Total params: 185,300 (723.83 KB)",
        totalLine(ModelSummary.of(Presets.mlp(IMAGE, 10, 0.25))));
    assertEquals(
        " Total params: 3,309,578 (12.63 MB)",
        totalLine(ModelSummary.of(Presets.cnn(IMAGE, 10, 0.2, Padding.SAME, 1))));
  }

  private static String totalLine(String table) {
    return table.lines().filter(line -> line.startsWith(" Total")).findFirst().orElseThrow();
  }
}
