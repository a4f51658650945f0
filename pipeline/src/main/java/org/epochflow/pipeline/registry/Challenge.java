package org.epochflow.pipeline.registry;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.metric.McNemar;
import org.epochflow.model.predict.Classification;
import org.epochflow.model.predict.Classifier;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.evaluate.Evaluation;
import org.epochflow.pipeline.evaluate.Prediction;
import org.epochflow.pipeline.store.ModelFile;

/** What is asked of a challenger's evaluation. */
final class Challenge {
  private Challenge() {}

  /** On which test examples only one of both is right. */
  static McNemar compare(Evaluation champion, Evaluation challenger) {
    Set<Long> wrongBefore = wrong(champion);
    Set<Long> wrongNow = wrong(challenger);
    Set<Long> both = new HashSet<>(wrongBefore);
    both.retainAll(wrongNow);
    return new McNemar(wrongNow.size() - both.size(), wrongBefore.size() - both.size());
  }

  private static Set<Long> wrong(Evaluation evaluation) {
    return evaluation.wrong().stream().map(Prediction::index).collect(Collectors.toSet());
  }

  /**
   * Reads a model afresh, and requires that it is the one that was trained and takes the first
   * block of the test examples for what the evaluation says.
   *
   * @param sha256 of the parameters that were trained
   */
  static void requireSame(String file, String sha256, PreparedData data, Evaluation evaluation)
      throws IOException {
    SavedModel model = ModelFile.read(file);
    String found = ParametersHash.sha256(model.parameters());
    if (!found.equals(sha256)) {
      throw new ModelFormatException(
          "Expected the parameters %s, as they were trained, found %s (%s)"
              .formatted(sha256, found, file));
    }
    Map<Long, Integer> mistakes = new HashMap<>();
    evaluation.wrong().forEach(wrong -> mistakes.put(wrong.index(), wrong.predicted()));
    int records = data.dataSet().test().blocks().get(0).count();
    byte[] labels;
    List<Classification> answers;
    try (Records.Reader reader = data.test().reader()) {
      labels = reader.labels(0, records);
      answers = Classifier.of(model).classify(reader.images(0, records), records);
    }
    int classes = model.architecture().classes();
    for (int i = 0; i < records; i++) {
      int label = labels[i] & 0xff;
      if (label < classes && answers.get(i).label() != mistakes.getOrDefault((long) i, label)) {
        throw new ModelFormatException(
            String.format(
                Locale.ROOT,
                "Expected test example %d to be taken for %d, as it was evaluated, found %d (%s)",
                i,
                mistakes.getOrDefault((long) i, label),
                answers.get(i).label(),
                file));
      }
    }
  }
}
