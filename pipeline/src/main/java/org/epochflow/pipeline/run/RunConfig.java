package org.epochflow.pipeline.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.epochflow.model.format.ConfigJson;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.DataSet;
import org.epochflow.pipeline.data.Manifest;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.RejectionBudget;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;

/**
 * Everything that decides a run's result, as {@code config.json} has it: the training's
 * configuration, the data with its fingerprint, and the weights it starts from.
 *
 * @param data the files as the user has them
 * @param fingerprint sizes and CRCs of their content
 * @param initialWeights SHA-256 of the parameters it starts from
 */
public record RunConfig(
    TrainingConfig training,
    DataFiles data,
    RejectionBudget maxRejected,
    List<Fingerprint> fingerprint,
    String initialWeights) {
  /**
   * The figures that distinguish a pair of files from another.
   *
   * @param crc CRC-32C over the CRCs of its blocks
   */
  public record Fingerprint(int records, long imagesBytes, long labelsBytes, String crc) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  public RunConfig {
    fingerprint = List.copyOf(fingerprint);
  }

  /** The fingerprint of a data set: of its training pairs, then of its test pairs. */
  public static List<Fingerprint> fingerprint(DataSet data) {
    List<Fingerprint> all = new ArrayList<>();
    for (Manifest part : List.of(data.train(), data.test())) {
      for (int i = 0; i < part.files().size(); i++) {
        Manifest.FileRow file = part.files().get(i);
        all.add(
            new Fingerprint(
                file.records(),
                file.imagesBytes(),
                file.labelsBytes(),
                String.format(Locale.ROOT, "%08x", part.crc(i))));
      }
    }
    return all;
  }

  /**
   * Refuses a data set that is not the one this run began with.
   *
   * @throws BadDataException naming what differs
   */
  public void requireSame(DataSet other) throws BadDataException {
    if (!fingerprint.equals(fingerprint(other))) {
      throw new BadDataException(
          "Expected the data this run began with, %s, found %s"
              .formatted(fingerprint, fingerprint(other)));
    }
  }

  /** The same run with another limit of epochs, and its files in another place. */
  public RunConfig movedTo(TrainingConfig config, DataFiles files) {
    return new RunConfig(config, files, maxRejected, fingerprint, initialWeights);
  }

  /** The configuration of a run. */
  public static RunConfig of(RunFolder folder) throws IOException {
    String file = folder.configFile();
    return fromJson(Storage.readText(file), file);
  }

  /** Pretty printed; the same configuration is the same text. */
  public String toJson() {
    ObjectNode tree = ConfigJson.toTree(training);
    ObjectNode node = tree.putObject("data");
    node.set("train", pairs(data.train()));
    node.set("test", pairs(data.test()));
    if (!data.reading().equals(Reading.AS_IT_IS)) {
      node.set("reading", JSON.valueToTree(data.reading()));
    }
    if (maxRejected.percentage()) {
      node.put("maxRejected", maxRejected.toString());
    } else {
      node.put("maxRejected", maxRejected.limit().longValueExact());
    }
    node.set("fingerprint", JSON.valueToTree(fingerprint));
    tree.put("initialWeights", initialWeights);
    return tree.toPrettyString() + "\n";
  }

  private static ArrayNode pairs(List<Source> pairs) {
    return JSON.valueToTree(pairs);
  }

  /**
   * Reads the text of {@link #toJson}.
   *
   * @param file its name in messages
   */
  static RunConfig fromJson(String text, String file) throws ModelFormatException {
    try {
      ObjectNode tree = (ObjectNode) JSON.readTree(text);
      JsonNode node = tree.remove("data");
      JsonNode weights = tree.remove("initialWeights");
      return new RunConfig(
          ConfigJson.fromTree(tree, file),
          new DataFiles(
              List.of(JSON.treeToValue(node.required("train"), Source[].class)),
              List.of(JSON.treeToValue(node.required("test"), Source[].class)),
              node.has("reading")
                  ? JSON.treeToValue(node.get("reading"), Reading.class)
                  : Reading.AS_IT_IS),
          RejectionBudget.parse(node.required("maxRejected").asText()).orElseThrow(),
          List.of(JSON.treeToValue(node.required("fingerprint"), Fingerprint[].class)),
          weights.asText());
    } catch (JsonProcessingException | RuntimeException e) {
      throw new ModelFormatException(
          "Expected the configuration of a run, found %s (%s)".formatted(e.getMessage(), file), e);
    }
  }
}
