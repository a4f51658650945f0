package org.epochflow.export.onnx;

import static org.epochflow.export.onnx.Graph.integer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.layer.activation.ELU;
import org.epochflow.model.nn.layer.activation.LeakyReLU;
import org.epochflow.model.nn.layer.activation.PReLU;
import org.epochflow.model.nn.layer.activation.ReLU;
import org.epochflow.model.nn.layer.augmentation.RandomBrightness;
import org.epochflow.model.nn.layer.augmentation.RandomContrast;
import org.epochflow.model.nn.layer.augmentation.RandomCrop;
import org.epochflow.model.nn.layer.augmentation.RandomErasing;
import org.epochflow.model.nn.layer.augmentation.RandomFlip;
import org.epochflow.model.nn.layer.augmentation.RandomRotation;
import org.epochflow.model.nn.layer.augmentation.RandomTranslation;
import org.epochflow.model.nn.layer.augmentation.RandomZoom;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.convolution.DepthwiseConv2D;
import org.epochflow.model.nn.layer.convolution.SeparableConv2D;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.merging.Add;
import org.epochflow.model.nn.layer.merging.Average;
import org.epochflow.model.nn.layer.merging.Concatenate;
import org.epochflow.model.nn.layer.merging.Maximum;
import org.epochflow.model.nn.layer.merging.Minimum;
import org.epochflow.model.nn.layer.merging.Multiply;
import org.epochflow.model.nn.layer.merging.Subtract;
import org.epochflow.model.nn.layer.normalization.BatchNormalization;
import org.epochflow.model.nn.layer.normalization.LayerNormalization;
import org.epochflow.model.nn.layer.normalization.Normalization;
import org.epochflow.model.nn.layer.normalization.Rescaling;
import org.epochflow.model.nn.layer.pooling.AveragePooling2D;
import org.epochflow.model.nn.layer.pooling.GlobalAveragePooling2D;
import org.epochflow.model.nn.layer.pooling.GlobalMaxPooling2D;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;
import org.epochflow.model.nn.layer.regularization.ActivityRegularization;
import org.epochflow.model.nn.layer.regularization.Dropout;
import org.epochflow.model.nn.layer.regularization.GaussianDropout;
import org.epochflow.model.nn.layer.regularization.GaussianNoise;
import org.epochflow.model.nn.layer.regularization.SpatialDropout2D;
import org.epochflow.model.nn.layer.reshaping.Cropping2D;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.epochflow.model.nn.layer.reshaping.Permute;
import org.epochflow.model.nn.layer.reshaping.Reshape;
import org.epochflow.model.nn.layer.reshaping.UpSampling2D;
import org.epochflow.model.nn.layer.reshaping.ZeroPadding2D;

/** The form of every layer: a layer in this list can be exported. */
final class Forms {
  private static final Map<Class<? extends Layer>, Form<Layer>> FORMS = new HashMap<>();

  static {
    put(Dense.class, Convolutions::dense);
    put(Conv2D.class, Convolutions::full);
    put(DepthwiseConv2D.class, Convolutions::depthwise);
    put(SeparableConv2D.class, Convolutions::separable);
    put(MaxPooling2D.class, Convolutions::largest);
    put(AveragePooling2D.class, Convolutions::mean);
    put(GlobalMaxPooling2D.class, Convolutions::largest);
    put(GlobalAveragePooling2D.class, Convolutions::mean);
    put(Flatten.class, (graph, layer, inputs) -> graph.reshape(inputs.x(), inputs.output()));
    put(Reshape.class, (graph, layer, inputs) -> graph.reshape(inputs.x(), inputs.output()));
    put(Permute.class, Reshapings::permute);
    put(ZeroPadding2D.class, Reshapings::pad);
    put(Cropping2D.class, Reshapings::crop);
    put(UpSampling2D.class, Reshapings::enlarge);
    put(
        Activation.class,
        (graph, layer, inputs) -> Functions.apply(graph, layer.function(), inputs.x()));
    put(LeakyReLU.class, Functions::leaky);
    put(ReLU.class, Functions::relu);
    put(ELU.class, Functions::elu);
    put(PReLU.class, Functions::prelu);
    put(Add.class, (graph, layer, inputs) -> chain(graph, "Add", inputs));
    put(Subtract.class, (graph, layer, inputs) -> chain(graph, "Sub", inputs));
    put(Multiply.class, (graph, layer, inputs) -> chain(graph, "Mul", inputs));
    put(Maximum.class, (graph, layer, inputs) -> chain(graph, "Max", inputs));
    put(Minimum.class, (graph, layer, inputs) -> chain(graph, "Min", inputs));
    put(
        Average.class,
        (graph, layer, inputs) ->
            graph.with("Div", chain(graph, "Add", inputs), inputs.values().size()));
    put(Concatenate.class, Forms::concatenate);
    put(BatchNormalization.class, Normalizations::batch);
    put(LayerNormalization.class, Normalizations::layer);
    put(Normalization.class, Normalizations::given);
    put(Rescaling.class, Normalizations::rescale);
    put(RandomCrop.class, Reshapings::middle);
    trainingAlone(Dropout.class, SpatialDropout2D.class, GaussianNoise.class);
    trainingAlone(GaussianDropout.class, RandomFlip.class, RandomTranslation.class);
    trainingAlone(RandomRotation.class, RandomZoom.class, RandomContrast.class);
    trainingAlone(RandomBrightness.class, RandomErasing.class, ActivityRegularization.class);
  }

  private Forms() {}

  private static <L extends Layer> void put(Class<L> type, Form<L> form) {
    FORMS.put(type, (graph, layer, inputs) -> form.write(graph, type.cast(layer), inputs));
  }

  /** Layers that are left out. */
  @SafeVarargs
  private static void trainingAlone(Class<? extends Layer>... types) {
    for (Class<? extends Layer> type : types) {
      FORMS.put(type, (graph, layer, inputs) -> inputs.x());
    }
  }

  /**
   * Adds a layer to the graph, and returns its output.
   *
   * @throws ArchitectureException if it has no form
   */
  static Value write(Graph graph, Layer layer, Form.Inputs inputs) {
    Form<Layer> form = FORMS.get(layer.getClass());
    if (form == null) {
      throw new ArchitectureException(
          "Layer %s: expected a layer that can be exported as ONNX, found %s"
              .formatted(layer.name(), layer.type()));
    }
    graph.scope(layer.name());
    return form.write(graph, layer, inputs);
  }

  /** One operator between all inputs, from the first on; where one has 1 value, it is repeated. */
  private static Value chain(Graph graph, String operator, Form.Inputs inputs) {
    List<Value> values = graph.inOneLayout(inputs.values());
    Value y = values.get(0);
    for (Value x : values.subList(1, values.size())) {
      y = graph.pair(operator, y, x);
    }
    return y.next(y.name(), inputs.output());
  }

  private static Value concatenate(Graph graph, Concatenate layer, Form.Inputs inputs) {
    List<Value> values = graph.inOneLayout(inputs.values());
    Value x = values.get(0);
    int rank = x.shape().dimensions().size();
    int dimension = layer.axis() < 0 ? rank + layer.axis() : layer.axis() - 1;
    String name =
        graph.node(
            "Concat",
            values.stream().map(Value::name).toList(),
            integer("axis", x.axis(dimension)));
    return x.next(name, inputs.output());
  }
}
