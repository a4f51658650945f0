package org.epochflow.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** A run's folder as the contract has it. */
record RunFiles(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();

  JsonNode json(String file) throws IOException {
    return JSON.readTree(folder.resolve(file).toFile());
  }

  JsonNode metrics() throws IOException {
    return json("metrics.json");
  }

  String sha256() throws IOException {
    return metrics().required("parameters_sha256").textValue();
  }

  /** What the run's page shows. */
  JsonNode page() throws IOException {
    String html = Files.readString(folder.resolve("report.html"));
    String island = "<script type=\"application/json\" id=\"data\">";
    int start = html.indexOf(island) + island.length();
    return JSON.readTree(html.substring(start, html.indexOf("</script>", start)));
  }

  /** What an epoch that runs leaves until it is done. */
  Path epoch(int epoch) {
    return folder.resolve("work").resolve(String.format(Locale.ROOT, "epoch-%05d", epoch));
  }

  String history() throws IOException {
    return Files.readString(folder.resolve("history.csv"));
  }

  /** The rows of a CSV file, its header first. */
  List<List<String>> csv(String file) throws IOException {
    return Files.readAllLines(folder.resolve(file)).stream()
        .map(line -> List.of(line.split(",", -1)))
        .toList();
  }

  /** Every file's path with its CRC-32: equal when nothing was changed. */
  Map<String, Long> content() throws IOException {
    Map<String, Long> content = new TreeMap<>();
    if (!Files.exists(folder)) {
      return content;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.toList()) {
        CRC32 crc = new CRC32();
        if (Files.isRegularFile(path)) {
          crc.update(Files.readAllBytes(path));
        }
        content.put(folder.relativize(path).toString(), crc.getValue());
      }
    }
    return content;
  }
}
