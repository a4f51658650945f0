package org.epochflow.export.onnx;

import static org.epochflow.export.onnx.Graph.integer;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.json.Json;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Ending;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;

/**
 * A model as an ONNX file of opset 13, which ONNX Runtime has run since version 1.6. The same model
 * is the same bytes.
 *
 * <pre>{@code
 * SavedModel model = KerasFile.read(in, "best_model.keras");
 * OnnxFile.write(model, model.classNames(), OnnxFile.Input.RAW_BYTES, out);
 * }</pre>
 *
 * <p>Input {@code input}, of any number of images, which are NHWC; see {@link Input}. Output {@code
 * probabilities}: float32 {@code [batch x classes]}, also of a network that ends in logits or in
 * one sigmoid. Layers that act only in training are left out.
 *
 * <p>The metadata of the file, each a JSON text: {@code class_names}, in the order of the labels;
 * {@code input_shape}, of one example; {@code preprocessing}, {@code {"divisor", "mean",
 * "deviation"}}: {@code x = (pixel / divisor - mean) / deviation} by channel, what is missing left
 * out; {@code preprocessing_inside}, whether the file does that itself. And {@code
 * parameters_sha256}.
 */
public final class OnnxFile {
  static final int OPSET = 13;
  private static final int IR_VERSION = 7; // of the release of ONNX that brought the opset
  private static final String INPUT = "input";
  private static final String OUTPUT = "probabilities";
  private static final String BATCH = "batch";

  private OnnxFile() {}

  /** What the file takes. */
  public enum Input {
    /** float32 {@code [batch x the network's input]}, normalised. */
    NORMALIZED,

    /**
     * uint8 pixels {@code [batch x height x width x channels]}, which the file normalises itself;
     * {@code [batch x values]} where the shape of the images is not recorded.
     */
    RAW_BYTES
  }

  /**
   * Writes a model; the stream is flushed and stays open.
   *
   * @param classNames in the order of the labels
   * @throws org.epochflow.model.nn.ArchitectureException if a layer has no form in ONNX; then
   *     nothing is written
   */
  public static void write(SavedModel model, List<String> classNames, Input input, OutputStream out)
      throws IOException {
    model(model, classNames, input).writeTo(out);
    out.flush();
  }

  static ModelProto model(SavedModel model, List<String> classNames, Input input) {
    Architecture network = model.architecture();
    Preprocessing preprocessing = model.preprocessing();
    boolean raw = input == Input.RAW_BYTES;
    Shape image = preprocessing.image();
    Shape shape = raw && image != null ? image.withChannels() : network.input();
    Graph graph = new Graph(network.name(), List.of(INPUT, OUTPUT));
    Value given = new Value(INPUT, shape, false);
    Value x = raw ? normalize(graph, given, preprocessing, network.input()) : given;
    probabilities(graph, network, layers(graph, network, model.parameters(), x));
    graph.nameLast(OUTPUT);
    graph
        .proto()
        .addInput(tensor(INPUT, raw ? DataType.UINT8 : DataType.FLOAT, shape))
        .addOutput(tensor(OUTPUT, DataType.FLOAT, Shape.of(network.classes())));
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .setProducerName("epochflow")
        .setGraph(graph.proto())
        .addMetadataProps(entry("class_names", texts(classNames)))
        .addMetadataProps(entry("input_shape", json(shape)))
        .addMetadataProps(entry("preprocessing", json(preprocessing)))
        .addMetadataProps(entry("preprocessing_inside", Json.object().booleanNode(raw)))
        .addMetadataProps(
            StringStringEntryProto.newBuilder()
                .setKey("parameters_sha256")
                .setValue(ParametersHash.sha256(model.parameters())))
        .build();
  }

  /** Bytes as the network's inputs. */
  private static Value normalize(Graph graph, Value bytes, Preprocessing by, Shape input) {
    graph.scope("preprocessing");
    Value x = graph.each("Cast", bytes, integer("to", DataType.FLOAT.getNumber()));
    if (by.divisor() != 1) {
      x = graph.with("Div", x, by.divisor());
    }
    List<Float> mean = by.mean();
    List<Float> deviation = by.deviation();
    if (mean != null && deviation != null) {
      String center = graph.byChannel("mean", x, repeated(mean, x.channels()));
      x = x.next(graph.node("Sub", List.of(x.name(), center)));
      String scale = graph.byChannel("deviation", x, repeated(deviation, x.channels()));
      x = x.next(graph.node("Div", List.of(x.name(), scale)));
    }
    return graph.reshape(x, input);
  }

  /** Of each channel of an image, also where the image is a vector, of one pixel after another. */
  private static float[] repeated(List<Float> values, int count) {
    float[] all = new float[count];
    for (int i = 0; i < count; i++) {
      all[i] = values.get(i % values.size());
    }
    return all;
  }

  private static Value layers(Graph graph, Architecture network, float[] parameters, Value input) {
    List<Value> values = new ArrayList<>(List.of(input));
    List<Shape> shapes = network.shapes();
    for (int i = 0; i < network.layers().size(); i++) {
      Layer layer = network.layers().get(i);
      List<Value> taken = network.inputs().get(i).stream().map(values::get).toList();
      values.add(
          Forms.write(
              graph,
              layer,
              new Form.Inputs(taken, network.variables().get(i), parameters, shapes.get(i + 1))));
    }
    return values.get(values.size() - 1);
  }

  private static void probabilities(Graph graph, Architecture network, Value y) {
    graph.scope(OUTPUT);
    if (network.outputs() == 1) {
      Value second = network.ending() == Ending.SIGMOID ? y : graph.each("Sigmoid", y);
      Value first = graph.each("Neg", graph.with("Sub", second, 1));
      graph.node("Concat", List.of(first.name(), second.name()), integer("axis", 1));
    } else if (network.ending() == Ending.LOGITS) {
      graph.each("Softmax", y, integer("axis", 1));
    }
  }

  private static ValueInfoProto tensor(String name, DataType type, Shape example) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam(BATCH);
    example.dimensions().forEach(size -> shape.addDimBuilder().setDimValue(size));
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }

  private static StringStringEntryProto entry(String key, JsonNode value) {
    return StringStringEntryProto.newBuilder()
        .setKey(key)
        .setValue(new String(Json.compact(value), StandardCharsets.UTF_8))
        .build();
  }

  private static ArrayNode texts(List<String> texts) {
    ArrayNode array = Json.object().arrayNode();
    texts.forEach(array::add);
    return array;
  }

  private static ArrayNode json(Shape shape) {
    ArrayNode array = Json.object().arrayNode();
    shape.dimensions().forEach(array::add);
    return array;
  }

  private static ObjectNode json(Preprocessing preprocessing) {
    ObjectNode object = Json.object().put("divisor", preprocessing.divisor());
    List<Float> mean = preprocessing.mean();
    List<Float> deviation = preprocessing.deviation();
    if (mean != null && deviation != null) {
      mean.forEach(object.putArray("mean")::add);
      deviation.forEach(object.putArray("deviation")::add);
    }
    return object;
  }
}
