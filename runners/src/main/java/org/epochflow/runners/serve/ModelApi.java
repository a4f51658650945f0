package org.epochflow.runners.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.predict.Classifier;
import org.epochflow.pipeline.predict.LiveModel;

/** The answers of TensorFlow Serving's REST form, as functions of a version of a model. */
final class ModelApi {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int BATCH = 256;

  private ModelApi() {}

  /**
   * {@code {"predictions": [[p0, p1, ...], ...]}}, the probabilities of each image's classes.
   *
   * @param images the pixels of each
   */
  static Answer predictions(List<byte[]> images, LiveModel.Version model) {
    Classifier classifier = model.classifier();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeArrayFieldStart("predictions");
      for (int from = 0; from < images.size(); from += BATCH) {
        List<byte[]> batch = images.subList(from, Math.min(images.size(), from + BATCH));
        float[] probabilities = classifier.probabilities(joined(batch), batch.size());
        for (int i = 0; i < batch.size(); i++) {
          json.writeStartArray();
          for (int c = 0; c < classifier.classes(); c++) {
            json.writeNumber(probabilities[i * classifier.classes() + c]);
          }
          json.writeEndArray();
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("Memory can be written", e);
    }
    return Answer.json(out.toByteArray());
  }

  private static byte[] joined(List<byte[]> images) {
    int size = images.get(0).length;
    byte[] all = new byte[images.size() * size];
    for (int i = 0; i < images.size(); i++) {
      System.arraycopy(images.get(i), 0, all, i * size, size);
    }
    return all;
  }

  /** That a version answers. */
  static Answer status(LiveModel.Version model) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ObjectNode version = answer.putArray("model_version_status").addObject();
    version.put("version", String.valueOf(model.number())).put("state", "AVAILABLE");
    version.putObject("status").put("error_code", "OK").put("error_message", "");
    return json(answer);
  }

  /**
   * What the model takes and gives; besides what TensorFlow Serving says of it, {@code class_names}
   * and {@code parameters_sha256}.
   */
  static Answer metadata(String name, LiveModel.Version model) {
    Classifier classifier = model.classifier();
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer
        .putObject("model_spec")
        .put("name", name)
        .put("signature_name", "")
        .put("version", String.valueOf(model.number()));
    ObjectNode metadata = answer.putObject("metadata");
    ObjectNode signature =
        metadata.putObject("signature_def").putObject("signature_def").putObject("serving_default");
    List<Integer> image = model.image().orElse(classifier.input()).dimensions();
    tensor(signature.putObject("inputs").putObject("pixels"), "DT_UINT8", image);
    tensor(
        signature.putObject("outputs").putObject("probabilities"),
        "DT_FLOAT",
        List.of(classifier.classes()));
    signature.put("method_name", "tensorflow/serving/predict");
    ArrayNode names = metadata.putArray("class_names");
    classifier.classNames().forEach(names::add);
    metadata.put("parameters_sha256", model.parametersSha256());
    return json(answer);
  }

  private static void tensor(ObjectNode tensor, String type, List<Integer> example) {
    List<Integer> dimensions = new ArrayList<>(List.of(-1));
    dimensions.addAll(example);
    tensor.put("dtype", type);
    ObjectNode shape = tensor.putObject("tensor_shape").put("unknown_rank", false);
    ArrayNode dim = shape.putArray("dim");
    dimensions.forEach(size -> dim.addObject().put("size", String.valueOf(size)).put("name", ""));
  }

  private static Answer json(ObjectNode answer) {
    return Answer.json((answer + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
