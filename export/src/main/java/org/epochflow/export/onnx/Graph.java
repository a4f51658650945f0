package org.epochflow.export.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.epochflow.model.nn.Shape;

/**
 * The graph of an ONNX file while it is made: nodes in the order in which they run, and constants.
 * The same calls make the same bytes.
 */
final class Graph {
  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Set<String> names = new HashSet<>();

  /** Images in both layouts, by the name of either. */
  private final Map<String, Value> otherLayouts = new HashMap<>();

  private String scope = "";

  /**
   * @param reserved the names of inputs and outputs
   */
  Graph(String name, List<String> reserved) {
    graph.setName(name);
    names.addAll(reserved);
  }

  GraphProto.Builder proto() {
    return graph;
  }

  /** What the names of nodes and constants begin with from here on. */
  void scope(String layer) {
    scope = layer + "/";
  }

  private String unique(String name) {
    String unique = scope + name;
    for (int i = 1; !names.add(unique); i++) {
      unique = scope + name + "_" + i;
    }
    return unique;
  }

  /** Adds a node of one output, whose name it returns; the empty name leaves an input out. */
  String node(String operator, List<String> inputs, AttributeProto... attributes) {
    String name = unique(operator);
    graph.addNode(
        NodeProto.newBuilder()
            .setName(name)
            .setOpType(operator)
            .addAllInput(inputs)
            .addOutput(name)
            .addAllAttribute(List.of(attributes)));
    return name;
  }

  /** A node of one input that keeps its shape and layout. */
  Value each(String operator, Value x, AttributeProto... attributes) {
    return x.next(node(operator, List.of(x.name()), attributes));
  }

  /** A node of a tensor and a number. */
  Value with(String operator, Value x, float number) {
    return x.next(node(operator, List.of(x.name(), scalar(number))));
  }

  /** A node of two tensors of one shape and layout. */
  Value pair(String operator, Value x, Value y) {
    return x.next(node(operator, List.of(x.name(), y.name())));
  }

  /** Has the last node give the output of this name. */
  void nameLast(String output) {
    graph.getNodeBuilder(graph.getNodeCount() - 1).setOutput(0, output);
  }

  /** The same image with its channels first. */
  Value channelsFirst(Value x) {
    return x.channelsFirst() ? x : otherLayout(x, 0, 3, 1, 2);
  }

  /** The same tensor with its channels last. */
  Value channelsLast(Value x) {
    return x.channelsFirst() ? otherLayout(x, 0, 2, 3, 1) : x;
  }

  private Value otherLayout(Value x, long... order) {
    Value known = otherLayouts.get(x.name());
    if (known != null) {
      return known;
    }
    String name = node("Transpose", List.of(x.name()), integers("perm", order));
    Value other = new Value(name, x.shape(), !x.channelsFirst());
    otherLayouts.put(x.name(), other);
    otherLayouts.put(name, x);
    return other;
  }

  /** A constant of any dimensions, row-major. */
  String constant(String name, List<Integer> dimensions, float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return add(name, TensorProto.DataType.FLOAT, dimensions, bytes);
  }

  private String add(
      String name, TensorProto.DataType type, List<Integer> dimensions, ByteBuffer bytes) {
    String unique = unique(name);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(unique)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    dimensions.forEach(tensor::addDims);
    graph.addInitializer(tensor);
    return unique;
  }

  String scalar(float value) {
    return constant("scalar", List.of(), new float[] {value});
  }

  /** A constant vector of whole numbers, such as the dimensions of a shape. */
  String indices(String name, long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return add(name, TensorProto.DataType.INT64, List.of(values.length), bytes);
  }

  /** A constant with a value for each channel of {@code x}, in its layout. */
  String byChannel(String name, Value x, float[] values) {
    List<Integer> dimensions =
        x.channelsFirst() ? List.of(values.length, 1, 1) : List.of(values.length);
    return constant(name, dimensions, values);
  }

  /** A constant with the dimensions of an example, in the layout of {@code x}. */
  String byPlace(String name, Value x, List<Integer> dimensions, float[] values) {
    if (!x.channelsFirst()) {
      return constant(name, dimensions, values);
    }
    List<Integer> first = List.of(dimensions.get(2), dimensions.get(0), dimensions.get(1));
    int channels = first.get(0);
    float[] reordered = new float[values.length];
    int places = values.length / channels;
    for (int i = 0; i < values.length; i++) {
      reordered[i % channels * places + i / channels] = values[i];
    }
    return constant(name, first, reordered);
  }

  /**
   * {@code (x - center) scale + shift} by channel; what changes nothing is left out.
   *
   * @param center one for each channel, likewise {@code scale} and {@code shift}
   */
  Value affine(Value x, float[] center, float[] scale, float[] shift) {
    Value y = x;
    if (!isAll(center, 0)) {
      y = y.next(node("Sub", List.of(y.name(), byChannel("center", y, center))));
    }
    if (!isAll(scale, 1)) {
      y = y.next(node("Mul", List.of(y.name(), byChannel("scale", y, scale))));
    }
    if (!isAll(shift, 0)) {
      y = y.next(node("Add", List.of(y.name(), byChannel("shift", y, shift))));
    }
    return y;
  }

  private static boolean isAll(float[] values, float value) {
    return IntStream.range(0, values.length).allMatch(i -> values[i] == value);
  }

  /** The same values in another shape, row-major. */
  Value reshape(Value x, Shape shape) {
    Value last = channelsLast(x);
    if (last.shape().equals(shape)) {
      return last;
    }
    long[] dimensions = new long[shape.dimensions().size() + 1]; // 0 keeps the batch
    Arrays.setAll(dimensions, i -> i == 0 ? 0 : shape.dimensions().get(i - 1));
    String name = node("Reshape", List.of(last.name(), indices("shape", dimensions)));
    return new Value(name, shape, false);
  }

  /** Tensors in one layout: with their channels first if all have them there already. */
  List<Value> inOneLayout(List<Value> values) {
    boolean first = values.stream().allMatch(Value::channelsFirst);
    return first ? values : values.stream().map(this::channelsLast).toList();
  }

  static float[] all(int count, float value) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return values;
  }

  static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    Arrays.stream(values).forEach(attribute::addInts);
    return attribute.build();
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto number(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }
}
