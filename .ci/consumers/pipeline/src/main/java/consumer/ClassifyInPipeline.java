package consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.predict.Classification;
import org.epochflow.pipeline.predict.Image;
import org.epochflow.pipeline.predict.Predict;

/** Classifies the images of golden figures in a pipeline, as Keras does: MODEL, GOLDEN, ANSWERS. */
public final class ClassifyInPipeline {
  private static final float TOLERANCE = 1e-5f;

  private ClassifyInPipeline() {}

  public static void main(String[] args) throws IOException {
    JsonNode golden = new ObjectMapper().readTree(Path.of(args[1]).toFile());
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.create());
    pipeline
        .apply("Images", Create.of(images(golden)))
        .apply("Classify", Predict.using(args[0]).keyed())
        .apply("Line", MapElements.into(TypeDescriptors.strings()).via(ClassifyInPipeline::line))
        .apply("Write", TextIO.write().to(args[2]).withoutSharding());
    pipeline.run().waitUntilFinish();
    check(Files.readAllLines(Path.of(args[2])), golden.get("predictions"));
  }

  private static Map<String, Image> images(JsonNode golden) {
    Shape shape = Shape.of(integers(golden.get("input_shape")));
    Map<String, Image> images = new HashMap<>();
    for (JsonNode pixels : golden.get("pixels")) {
      byte[] bytes = new byte[pixels.size()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) pixels.get(i).intValue();
      }
      images.put(Integer.toString(images.size()), new Image(shape, bytes));
    }
    return images;
  }

  private static Integer[] integers(JsonNode numbers) {
    return StreamSupport.stream(numbers.spliterator(), false)
        .map(JsonNode::intValue)
        .toArray(Integer[]::new);
  }

  private static String line(KV<String, Classification> answer) {
    return answer.getKey() + ":" + Arrays.toString(answer.getValue().probabilities());
  }

  private static void check(List<String> answers, JsonNode expected) {
    if (answers.size() != expected.size()) {
      throw new IllegalStateException(
          "Expected %d answers, found %d".formatted(expected.size(), answers.size()));
    }
    for (String answer : answers) {
      String[] words = answer.replaceAll("[\\[\\] ]", "").split("[:,]");
      JsonNode probabilities = expected.get(Integer.parseInt(words[0]));
      for (int label = 0; label < Math.max(words.length - 1, probabilities.size()); label++) {
        float found = Float.parseFloat(words[label + 1]);
        if (!(Math.abs(found - probabilities.get(label).floatValue()) <= TOLERANCE)) {
          throw new IllegalStateException(
              "Expected the probability %s of class %d, found %s (image %s)"
                  .formatted(probabilities.get(label), label, found, words[0]));
        }
      }
    }
    System.out.println(answers.size() + " images are classified in a pipeline as Keras does");
  }
}
