package org.epochflow.runners.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVRecord;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.Sample;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.store.Csv;

/** The pictures of a run's page with the facts about each, as the page's script reads them. */
final class Pictures {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_WRONG = 2000;

  private Pictures() {}

  /** A row of {@code misclassified.csv}; {@code place} is its position in the file. */
  record Wrong(int place, long index, int label, int predicted, double confidence) {
    static Wrong of(int place, CSVRecord row) {
      return new Wrong(
          place,
          Long.parseLong(row.get("index")),
          Integer.parseInt(row.get("label")),
          Integer.parseInt(row.get("predicted")),
          Double.parseDouble(row.get("confidence")));
    }
  }

  /**
   * Returns samples of a manifest.
   *
   * @param image {@code [height, width]} or {@code [height, width, channels]}
   */
  static ObjectNode of(List<Sample> samples, List<Integer> image) throws IOException {
    ArrayNode rows = JSON.createArrayNode();
    samples.forEach(
        sample -> rows.addObject().put("index", sample.index()).put("label", sample.label()));
    return tree(rows, samples.stream().map(Sample::pixels).toList(), image);
  }

  /**
   * Returns a model's mistakes from its export. If there are many, it returns the most confident
   * ones of each pair of classes.
   *
   * @param all the result of {@link #wrong}
   */
  static ObjectNode misclassified(String folder, List<Wrong> all) throws IOException {
    List<Wrong> kept = mostConfident(all);
    ArrayNode rows = JSON.createArrayNode();
    List<byte[]> pictures = new ArrayList<>();
    if (kept.isEmpty()) {
      return tree(rows, pictures, List.of(1, 1)).put("total", 0);
    }
    Records records =
        Records.open(
            List.of(new Source(folder + "/images-idx3-ubyte", folder + "/labels-idx1-ubyte")));
    try (Records.Reader reader = records.reader()) {
      for (Wrong wrong : kept) {
        pictures.add(reader.images(wrong.place(), 1));
        rows.addObject()
            .put("index", wrong.index())
            .put("label", wrong.label())
            .put("predicted", wrong.predicted())
            .put("confidence", wrong.confidence());
      }
    }
    return tree(rows, pictures, records.image().dimensions()).put("total", all.size());
  }

  /** Reads the rows of a model's exported mistakes. */
  static List<Wrong> wrong(String folder) throws IOException {
    List<CSVRecord> rows = Csv.read(folder + "/misclassified.csv");
    List<Wrong> all = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      all.add(Wrong.of(i, rows.get(i)));
    }
    return all;
  }

  /** Takes the most confident mistake of each pair of classes, then the second, and so on. */
  private static List<Wrong> mostConfident(List<Wrong> all) {
    List<Wrong> sorted =
        all.stream().sorted(Comparator.comparing(Wrong::confidence).reversed()).toList();
    if (sorted.size() <= MOST_WRONG) {
      return sorted;
    }
    Map<List<Integer>, Integer> seen = new HashMap<>();
    Map<Wrong, Integer> ranks = new HashMap<>();
    sorted.forEach(
        wrong ->
            ranks.put(
                wrong, seen.merge(List.of(wrong.label(), wrong.predicted()), 1, Integer::sum)));
    return sorted.stream().sorted(Comparator.comparing(ranks::get)).limit(MOST_WRONG).toList();
  }

  private static ObjectNode tree(ArrayNode rows, List<byte[]> pictures, List<Integer> image)
      throws IOException {
    int channels = image.size() == 3 ? image.get(2) : 1;
    JsonNode images = JSON.valueToTree(Sprite.of(pictures, image.get(0), image.get(1), channels));
    ObjectNode tree = JSON.createObjectNode();
    tree.set("images", images);
    tree.set("rows", rows);
    return tree;
  }
}
