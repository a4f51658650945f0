package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TensorBoard itself reads what a run wrote for it. Skipped without it. */
class TensorBoardIT {
  private static final String READ =
      """
      import json, sys
      from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
      found = {}
      for part in ("train", "validation"):
          events = EventAccumulator(sys.argv[1] + "/" + part)
          events.Reload()
          tags = events.Tags()
          found[part] = {tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in tags["scalars"]}
          found[part]["texts"] = [events.Tensors(tag)[0].tensor_proto.string_val[0].decode() for tag in tags["tensors"]]
      print(json.dumps(found))
      """;

  @Test
  void everyEpochIsThereOnceAlsoAfterAResume(@TempDir Path folder) throws Exception {
    assumeTrue(python("import tensorboard").waitFor() == 0, "Expected python3 with tensorboard");
    Data.write(folder.resolve("data"), 120, 40, 10, 12, 10);
    Program program = new Program(folder);
    program
        .run("train", "--data=data", "--epochs=2", "--output=runs/a", "--tensorboard=board")
        .done();
    program.run("train", "--resume", "--epochs=3", "--output=runs/a", "--tensorboard=board").done();

    Process reader = python(READ, folder.resolve("board/a").toString());
    String text = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, reader.waitFor(), text);
    JsonNode found = new ObjectMapper().readTree(text.substring(text.indexOf("{\"train")));
    List<List<String>> history = new RunFiles(folder.resolve("runs/a")).csv("history.csv");
    requireColumn(history, 2, found.at("/train/epoch_loss"));
    requireColumn(history, 1, found.at("/train/epoch_accuracy"));
    requireColumn(history, 5, found.at("/train/epoch_learning_rate"));
    requireColumn(history, 4, found.at("/validation/epoch_loss"));
    requireColumn(history, 3, found.at("/validation/epoch_accuracy"));
    String configuration = found.at("/train/texts/0").textValue();
    assertEquals(
        "| batchSize | 128 |",
        configuration.lines().filter(line -> line.contains("batchSize")).findFirst().orElse(""));
  }

  private static void requireColumn(List<List<String>> history, int column, JsonNode points) {
    assertEquals(3, points.size());
    for (int epoch = 0; epoch < 3; epoch++) {
      assertEquals(epoch, points.get(epoch).get(0).asInt());
      assertEquals(
          (float) Double.parseDouble(history.get(epoch + 1).get(column)),
          (float) points.get(epoch).get(1).asDouble());
    }
  }

  private static Process python(String script, String... words) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("python3", "-c", script);
    builder.command().addAll(List.of(words));
    return builder.redirectErrorStream(true).start();
  }
}
