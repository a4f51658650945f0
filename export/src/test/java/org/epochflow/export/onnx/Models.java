package org.epochflow.export.onnx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.epochflow.model.format.ArchitectureJson;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.Layers;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.merging.Add;
import org.epochflow.model.nn.layer.merging.Average;
import org.epochflow.model.nn.layer.merging.Concatenate;
import org.epochflow.model.nn.layer.merging.Maximum;
import org.epochflow.model.nn.layer.merging.Minimum;
import org.epochflow.model.nn.layer.merging.Multiply;
import org.epochflow.model.nn.layer.merging.Subtract;
import org.epochflow.model.nn.layer.regularization.GaussianDropout;
import org.epochflow.model.nn.layer.regularization.GaussianNoise;
import org.epochflow.model.nn.layer.regularization.SpatialDropout2D;
import org.epochflow.model.nn.layer.reshaping.Flatten;

/** Models with every layer, by name. */
final class Models {
  private static final Path GOLDEN = Path.of("..", "testdata", "golden");
  private static final Shape IMAGE = Shape.of(28, 28, 1);

  private Models() {}

  static Map<String, SavedModel> presets() {
    Map<String, SavedModel> models = new LinkedHashMap<>();
    models.put("softmax", random(Presets.softmax(IMAGE, 10)));
    models.put("mlp", random(Presets.mlp(IMAGE, 10, 0.25)));
    models.put("cnn valid", random(Presets.cnn(IMAGE, 10, 0.2, Padding.VALID, 1)));
    models.put("cnn same", random(Presets.cnn(IMAGE, 10, 0.2, Padding.SAME, 1)));
    models.put("lenet", random(Presets.lenet(IMAGE, 10)));
    models.put("resnet", random(Presets.resnet(IMAGE, 10)));
    models.put("fast", random(Presets.fast(IMAGE, 10)));
    return models;
  }

  static SavedModel preset(String name) {
    return Objects.requireNonNull(presets().get(name), name);
  }

  /** The networks that Keras made, with its weights. */
  static Map<String, SavedModel> golden() throws IOException {
    Map<String, SavedModel> models = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(GOLDEN.resolve("networks"))) {
      for (Path file : files.sorted().toList()) {
        JsonNode golden = json(file);
        List<Float> weights = new ArrayList<>();
        golden.get("weights").forEach(list -> list.forEach(w -> weights.add(w.floatValue())));
        float[] parameters = new float[weights.size()];
        for (int i = 0; i < parameters.length; i++) {
          parameters[i] = weights.get(i);
        }
        String name = file.getFileName().toString();
        Architecture network = ArchitectureJson.read(golden.get("architecture").toString(), name);
        models.put(name, model(network, parameters));
      }
    }
    return models;
  }

  /** A network around each layer that Keras wrote, at some settings. */
  static Map<String, SavedModel> layers() throws IOException {
    Map<String, SavedModel> models = new LinkedHashMap<>();
    JsonNode each = json(GOLDEN.resolve("layers.json"));
    each.fieldNames()
        .forEachRemaining(
            name -> {
              JsonNode golden = each.get(name);
              if (golden.has("layer")) {
                models.put(name, around(golden.get("layer"), shape(golden.get("input_shape"))));
              }
            });
    for (JsonNode golden : json(GOLDEN.resolve("image-layers.json")).get("cases")) {
      JsonNode layer = golden.get("layer");
      models.put(layer.get("config").toString(), around(layer, Shape.of(5, 6, 2)));
    }
    models.put(
        "noise",
        random(
            network(
                Shape.of(4, 4, 2),
                new GaussianNoise("noise", 0.5),
                new GaussianDropout("gaussian", 0.5),
                new SpatialDropout2D("spatial", 0.5))));
    for (JsonNode golden : json(GOLDEN.resolve("augmentation.json")).get("cases")) {
      JsonNode layer = golden.get("layer");
      models.put(layer.get("config").toString(), around(layer, shape(golden.get("shape"))));
    }
    return models;
  }

  /** A network for each layer that merges others. */
  static Map<String, SavedModel> merging() {
    Map<String, SavedModel> models = new LinkedHashMap<>();
    Stream.of(
            new Add("merge"),
            new Multiply("merge"),
            new Average("merge"),
            new Maximum("merge"),
            new Minimum("merge"),
            new Concatenate("merge", -1),
            new Concatenate("merge", 1),
            new Concatenate("merge", 2))
        .forEach(
            merge -> {
              models.put(merge + " of images", merged(merge, List.of(0, 1, 2)));
              models.put(merge + " of convolutions", merged(merge, List.of(1, 2, 1)));
            });
    models.put("subtract", merged(new Subtract("merge"), List.of(2, 0)));
    return models;
  }

  /** Two convolutions of the input, merged with each other and with it. */
  private static SavedModel merged(Layer merge, List<Integer> taken) {
    List<Layer> layers =
        List.of(
            new Conv2D("one", 2, 3, 3, Padding.SAME, Function.TANH),
            new Conv2D("two", 2, 2, 2, Padding.SAME, Function.LINEAR),
            merge,
            new Flatten("flatten"),
            new Dense("dense", 3, Function.SOFTMAX));
    List<List<Integer>> inputs = List.of(List.of(0), List.of(1), taken, List.of(3), List.of(4));
    Architecture network =
        new Architecture("merging", Shape.of(5, 6, 2), layers, inputs, new TreeSet<>());
    return random(network);
  }

  private static SavedModel around(JsonNode written, Shape input) {
    return random(network(input, layer(written)));
  }

  /** The layers, and then a dense one. */
  static Architecture network(Shape input, Layer... layers) {
    List<Layer> all = new ArrayList<>(List.of(layers));
    all.add(new Flatten("last_flatten"));
    all.add(new Dense("last_dense", 4, Function.SOFTMAX));
    return new Architecture("network", input, all);
  }

  private static Layer layer(JsonNode written) {
    try {
      JsonObject config = JsonObject.of(written.get("config"), "layer");
      return Layers.read(written.get("class_name").textValue(), config);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Shape shape(JsonNode dimensions) {
    List<Integer> shape = new ArrayList<>();
    dimensions.forEach(d -> shape.add(d.intValue()));
    return new Shape(shape);
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  /** With parameters of all kinds, so that no bias is 0 and no variance 1. */
  static SavedModel random(Architecture network) {
    float[] parameters = network.initialParameters(1);
    Random random = new Random(2);
    for (Variable variable : network.variables().stream().flatMap(List::stream).toList()) {
      for (int i = variable.offset(); i < variable.end(); i++) {
        parameters[i] +=
            0.2f * (random.nextFloat() - (variable.name().contains("variance") ? 0 : 0.5f));
      }
    }
    return model(network, parameters);
  }

  static SavedModel model(Architecture network, float[] parameters) {
    return new SavedModel(network, Preprocessing.STANDARD, parameters, Optional.empty());
  }
}
