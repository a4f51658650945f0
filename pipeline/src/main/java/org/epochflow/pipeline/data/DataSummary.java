package org.epochflow.pipeline.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.epochflow.model.nn.Shape;

/**
 * The content of a data set after it was read and split.
 *
 * @param image the shape of one image, {@code (height, width)} or {@code (height, width, channels)}
 * @param trainPerClass training examples of each class; likewise for validation and test
 * @param pixelMean mean of the training files' pixels after division by 255; likewise the deviation
 * @param rejected the number of records that could not be used
 */
public record DataSummary(
    Shape image,
    long trainExamples,
    long validationExamples,
    long testExamples,
    List<Long> trainPerClass,
    List<Long> validationPerClass,
    List<Long> testPerClass,
    double pixelMean,
    double pixelDeviation,
    long rejected) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public DataSummary {
    trainPerClass = List.copyOf(trainPerClass);
    validationPerClass = List.copyOf(validationPerClass);
    testPerClass = List.copyOf(testPerClass);
  }

  /** The text of {@code statistics.json}. */
  public String toJson() {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("train_examples", trainExamples);
    tree.put("validation_examples", validationExamples);
    tree.put("test_examples", testExamples);
    tree.set("train_per_class", JSON.valueToTree(trainPerClass));
    tree.set("validation_per_class", JSON.valueToTree(validationPerClass));
    tree.set("test_per_class", JSON.valueToTree(testPerClass));
    tree.put("pixel_mean", pixelMean);
    tree.put("pixel_deviation", pixelDeviation);
    tree.put("rejected", rejected);
    return tree.toPrettyString() + "\n";
  }
}
