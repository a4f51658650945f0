package org.epochflow.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipFile;

/** What two folders of the same work have in common: everything but times. */
final class Same {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TIMES = List.of("seconds", "images_per_second", "when");

  private Same() {}

  /** Every file by its name, without times. */
  static SortedMap<String, Object> of(Path folder) throws IOException {
    SortedMap<String, Object> content = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        content.put(folder.relativize(file).toString(), content(file));
      }
    }
    return content;
  }

  private static Object content(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (name.equals("timings.csv") || name.equals("report.html")) {
      return "times";
    } else if (name.endsWith(".keras")) {
      try (ZipFile model = new ZipFile(file.toFile())) {
        return model.getEntry("model.weights.h5").getCrc();
      }
    } else if (name.matches("metrics\\.json|decision\\.json|ledger\\.jsonl")) {
      JsonNode tree = JSON.readTree(file.toFile());
      ((ObjectNode) tree).remove(TIMES);
      return tree;
    }
    CRC32 crc = new CRC32();
    crc.update(Files.readAllBytes(file));
    return crc.getValue();
  }

  /** What a killed process was at, as its folder tells. */
  static String moment(Path out) throws IOException {
    if (!Files.exists(out)) {
      return "start";
    }
    List<String> files;
    try (Stream<Path> all = Files.walk(out)) {
      files = all.map(file -> "/" + out.relativize(file)).toList();
    }
    if (has(files, ".*/\\.epoch-\\d+\\.keras\\..*tmp")) {
      return "checkpoint";
    } else if (has(files, ".*/\\..*\\.tmp")) {
      return "other file";
    } else if (has(files, ".*/epoch-\\d+(/.*)?")) {
      return "round";
    } else if (has(files, ".*/misclassified/.*")) {
      return has(files, ".*/metrics\\.json") ? "end" : "export";
    } else if (has(files, ".*/checkpoints/.*")) {
      return "between";
    }
    return "ingest";
  }

  private static boolean has(List<String> files, String pattern) {
    return files.stream().anyMatch(file -> file.matches(pattern));
  }
}
