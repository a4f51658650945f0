package org.epochflow.export.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.epochflow.export.onnx.OnnxFile.Input;
import org.epochflow.model.format.SavedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX's own checker, which infers every shape, if {@code python3} has {@code onnx}. */
final class OnnxCheckerIT {
  private static final int NO_ONNX = 77;
  private static final String SCRIPT =
      """
      import sys
      try:
          import onnx
      except ImportError:
          sys.exit(77)
      for file in sys.argv[1:]:
          onnx.checker.check_model(file, full_check=True)
      """;

  @Test
  void acceptsEveryFile(@TempDir Path folder) throws Exception {
    List<String> command = new ArrayList<>(List.of("python3", "-c", SCRIPT));
    for (Map<String, SavedModel> models :
        List.of(Models.presets(), Models.golden(), Models.layers(), Models.merging())) {
      for (SavedModel model : models.values()) {
        for (Input input : Input.values()) {
          Path file = folder.resolve(command.size() + ".onnx");
          Files.write(file, OnnxRuntime.bytes(model, input));
          command.add(file.toString());
        }
      }
    }
    Process python = start(command);
    String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = python.waitFor();
    assumeTrue(exit != NO_ONNX, "needs onnx for python3");
    assertEquals(0, exit, output);
  }

  private static Process start(List<String> command) {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeTrue(false, "needs python3: " + e.getMessage());
      throw new IllegalStateException(e);
    }
  }
}
