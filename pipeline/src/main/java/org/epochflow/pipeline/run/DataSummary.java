package org.epochflow.pipeline.run;

import java.util.List;
import org.epochflow.model.nn.Shape;

/**
 * What a data set holds, once it is read and split.
 *
 * @param image the shape of one image, {@code (height, width)} or {@code (height, width, channels)}
 * @param trainPerClass training examples of each class; likewise for validation and test
 * @param pixelMean mean of the training files' pixels after division by 255; likewise the deviation
 * @param rejected records left out because they could not be used
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
  public DataSummary {
    trainPerClass = List.copyOf(trainPerClass);
    validationPerClass = List.copyOf(validationPerClass);
    testPerClass = List.copyOf(testPerClass);
  }
}
