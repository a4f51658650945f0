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
import org.epochflow.pipeline.picture.Thumbnail;
import org.epochflow.pipeline.store.Csv;

/**
 * The pictures of a run's page with the facts about each, as the page's script reads them: small
 * ones, so many that a page stays within a few megabytes.
 */
final class Pictures {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_WRONG = 2000;
  private static final int MOST_EDGE = 64;
  private static final int MOST_BYTES = 4 << 20;

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
    Thumbnail small = thumbnail(image);
    return tree(rows, samples.stream().map(sample -> small.of(sample.pixels())).toList(), small);
  }

  private static Thumbnail thumbnail(List<Integer> image) {
    int channels = image.size() == 3 ? image.get(2) : 1;
    return Thumbnail.of(image.get(0), image.get(1), channels, MOST_EDGE);
  }

  /**
   * Returns a model's mistakes from its export. If there are many, or large ones, it returns the
   * most confident ones of each pair of classes.
   *
   * @param all the result of {@link #wrong}
   */
  static ObjectNode misclassified(String folder, List<Wrong> all) throws IOException {
    ArrayNode rows = JSON.createArrayNode();
    List<byte[]> pictures = new ArrayList<>();
    if (all.isEmpty()) {
      return tree(rows, pictures, thumbnail(List.of(1, 1))).put("total", 0);
    }
    Records records =
        Records.open(
            List.of(new Source(folder + "/images-idx3-ubyte", folder + "/labels-idx1-ubyte")));
    Thumbnail small = thumbnail(records.image().dimensions());
    int most = Math.max(1, Math.min(MOST_WRONG, MOST_BYTES / small.bytes()));
    try (Records.Reader reader = records.reader()) {
      for (Wrong wrong : mostConfident(all, most)) {
        pictures.add(small.of(reader.images(wrong.place(), 1)));
        rows.addObject()
            .put("index", wrong.index())
            .put("label", wrong.label())
            .put("predicted", wrong.predicted())
            .put("confidence", wrong.confidence());
      }
    }
    return tree(rows, pictures, small).put("total", all.size());
  }

  /** Reads the rows of a model's exported mistakes. */
  static List<Wrong> wrong(String folder) throws IOException {
    List<Wrong> all = new ArrayList<>();
    Csv.read(folder + "/misclassified.csv", row -> all.add(Wrong.of(all.size(), row)));
    return all;
  }

  /** Takes the most confident mistake of each pair of classes, then the second, and so on. */
  private static List<Wrong> mostConfident(List<Wrong> all, int most) {
    List<Wrong> sorted =
        all.stream().sorted(Comparator.comparing(Wrong::confidence).reversed()).toList();
    if (sorted.size() <= most) {
      return sorted;
    }
    Map<List<Integer>, Integer> seen = new HashMap<>();
    Map<Wrong, Integer> ranks = new HashMap<>();
    sorted.forEach(
        wrong ->
            ranks.put(
                wrong, seen.merge(List.of(wrong.label(), wrong.predicted()), 1, Integer::sum)));
    return sorted.stream().sorted(Comparator.comparing(ranks::get)).limit(most).toList();
  }

  private static ObjectNode tree(ArrayNode rows, List<byte[]> pictures, Thumbnail size)
      throws IOException {
    JsonNode images =
        JSON.valueToTree(Sprite.of(pictures, size.height(), size.width(), size.channels()));
    ObjectNode tree = JSON.createObjectNode();
    tree.set("images", images);
    tree.set("rows", rows);
    return tree;
  }
}
