package org.epochflow.runners.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.epochflow.pipeline.store.Metrics;
import org.epochflow.pipeline.store.Storage;

/**
 * The page of an evaluation: its figures, how far confidence is from accuracy, and the mistakes. It
 * is made only of the files in its folder.
 */
public final class EvaluationPage {
  private static final ObjectMapper JSON = new ObjectMapper();

  private EvaluationPage() {}

  /**
   * Returns the page.
   *
   * @param model what the user calls the model
   * @param names of the classes
   * @param folder the absolute path of the folder with {@code metrics.json} and {@code
   *     misclassified/}
   */
  public static Page of(String model, List<String> names, String folder) throws IOException {
    String title = "Evaluation " + Storage.name(folder);
    JsonNode metrics = JSON.readTree(Storage.readText(folder + "/metrics.json"));
    ObjectNode data = JSON.createObjectNode().put("name", title).put("model", model);
    data.set("names", JSON.valueToTree(names));
    data.set("metrics", metrics);
    data.put("part", Metrics.part(metrics));
    String misclassified = folder + "/misclassified";
    data.set("wrong", Pictures.misclassified(misclassified, Pictures.wrong(misclassified)));
    List<String> scripts = List.of("evaluation.js", "evaluate.js");
    return new Page(title, EvaluationPage.class, scripts, data);
  }
}
