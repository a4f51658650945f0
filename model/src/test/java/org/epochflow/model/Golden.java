package org.epochflow.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads the figures under testdata/golden. */
public final class Golden {
  private static final Path FOLDER = Path.of("..", "testdata", "golden");

  private Golden() {}

  public static JsonNode read(String file) throws IOException {
    return new ObjectMapper().readTree(FOLDER.resolve(file).toFile());
  }

  /** The names of the files of a folder, without their ending. */
  public static List<String> names(String folder) throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
      return files
          .map(file -> file.getFileName().toString().replace(".json", ""))
          .sorted()
          .toList();
    }
  }

  /** All numbers in nested lists, in order. */
  public static float[] floats(JsonNode lists) {
    List<JsonNode> numbers = leaves(lists).toList();
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(numbers.get(i).asText());
    }
    return values;
  }

  public static int[] ints(JsonNode lists) {
    return leaves(lists).mapToInt(JsonNode::intValue).toArray();
  }

  private static Stream<JsonNode> leaves(JsonNode node) {
    return node.isArray()
        ? StreamSupport.stream(node.spliterator(), false).flatMap(Golden::leaves)
        : Stream.of(node);
  }
}
