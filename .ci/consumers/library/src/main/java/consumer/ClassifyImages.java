package consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.epochflow.model.predict.Classification;
import org.epochflow.model.predict.Classifier;

/** Classifies the images of golden figures, NAME.json beside NAME.keras, as Keras does. */
public final class ClassifyImages {
  private static final float TOLERANCE = 1e-5f;

  private ClassifyImages() {}

  public static void main(String[] args) throws IOException {
    for (String model : args) {
      Classifier classifier = Classifier.load(Path.of(model));
      JsonNode golden =
          new ObjectMapper().readTree(Path.of(model.replace(".keras", ".json")).toFile());
      JsonNode images = golden.get("pixels");
      for (int i = 0; i < images.size(); i++) {
        check(
            model, i, classifier.classify(bytes(images.get(i))), golden.get("predictions").get(i));
      }
      System.out.println(images.size() + " images are classified as Keras does (" + model + ")");
    }
  }

  private static byte[] bytes(JsonNode pixels) {
    byte[] bytes = new byte[pixels.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) pixels.get(i).intValue();
    }
    return bytes;
  }

  private static void check(String model, int image, Classification found, JsonNode expected) {
    float[] probabilities = found.probabilities();
    for (int label = 0; label < Math.max(probabilities.length, expected.size()); label++) {
      float probability = expected.get(label).floatValue();
      if (!(Math.abs(probabilities[label] - probability) <= TOLERANCE)) {
        throw new IllegalStateException(
            "Expected the probability %s of class %d, found %s (%s, image %d)"
                .formatted(probability, label, probabilities[label], model, image));
      }
    }
  }
}
