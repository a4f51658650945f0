package org.epochflow.model.format;

import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.epochflow.model.Damage;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes are a model, or are refused in a line: of the whole file and of each of its entries.
 */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
final class KerasFuzzTest {
  private static final Architecture SMALL = Presets.softmax(Shape.of(3), 2);

  static List<byte[]> models() throws IOException {
    List<byte[]> models = files("hdf5", file -> file.toString().endsWith(".keras"));
    models.add(States.write(States.trained(SMALL, Strategy.LOCAL, 1)));
    models.add(withComment("metadata.json", "no UTF-8: \u00e9"));
    return models;
  }

  private static byte[] withComment(String name, String comment) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.ISO_8859_1)) {
      ZipEntry entry = new ZipEntry(name);
      entry.setComment(comment);
      zip.putNextEntry(entry);
    }
    return bytes.toByteArray();
  }

  static List<byte[]> weights() throws IOException {
    List<byte[]> weights = new ArrayList<>();
    for (Path file : paths("hdf5", path -> path.toString().endsWith(".keras"))) {
      try (ZipFile zip = new ZipFile(file.toFile())) {
        weights.add(zip.getInputStream(zip.getEntry("model.weights.h5")).readAllBytes());
      }
    }
    return weights;
  }

  static List<byte[]> architectures() throws IOException {
    List<byte[]> architectures = files("golden/presets", file -> file.toString().endsWith("json"));
    architectures.add(ArchitectureJson.write(SMALL).getBytes(StandardCharsets.UTF_8));
    return architectures;
  }

  static List<byte[]> states() throws IOException {
    List<byte[]> states = new ArrayList<>();
    for (Strategy strategy : Strategy.values()) {
      states.add(Json.compact(StateJson.write(States.trained(SMALL, strategy, 1))));
    }
    return states;
  }

  private static List<byte[]> files(String folder, Predicate<Path> wanted) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    for (Path file : paths(folder, wanted)) {
      contents.add(Files.readAllBytes(file));
    }
    return contents;
  }

  private static List<Path> paths(String folder, Predicate<Path> wanted) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("..", "testdata").resolve(folder))) {
      return files.filter(wanted).sorted().toList();
    }
  }

  private static void readModel(byte[] bytes) throws IOException {
    KerasFile.read(new ByteArrayInputStream(bytes), "model.keras");
  }

  private static void readWeights(byte[] bytes) throws IOException {
    try (Hdf5 file = Hdf5.open(bytes, "weights.h5")) {
      KerasWeights.read(file, Members.of(SMALL));
    }
  }

  private static void readArchitecture(byte[] bytes) throws IOException {
    ArchitectureJson.read(new String(bytes, StandardCharsets.UTF_8), "network.json");
  }

  private static void readState(byte[] bytes) throws IOException {
    JsonObject tree = JsonObject.of(Json.parse(bytes, "state"), "state");
    TrainingConfig config = StateJson.config(tree, SMALL);
    StateJson.read(tree, config, config.startingFrom(new float[SMALL.parameterCount()]));
  }

  @MethodSource("models")
  @FuzzTest
  void keras(byte[] bytes) {
    Damage.survive(KerasFuzzTest::readModel, bytes);
  }

  @MethodSource("weights")
  @FuzzTest
  void hdf5(byte[] bytes) {
    Damage.survive(KerasFuzzTest::readWeights, bytes);
  }

  @MethodSource("architectures")
  @FuzzTest
  void architecture(byte[] bytes) {
    Damage.survive(KerasFuzzTest::readArchitecture, bytes);
  }

  @MethodSource("states")
  @FuzzTest
  void state(byte[] bytes) {
    Damage.survive(KerasFuzzTest::readState, bytes);
  }

  @Test
  void damagedFilesAreReadOrRefused() throws IOException {
    Damage.survive(KerasFuzzTest::readModel, models(), 300);
    Damage.survive(KerasFuzzTest::readWeights, weights(), 3_000);
    Damage.survive(KerasFuzzTest::readArchitecture, architectures(), 2_000);
    Damage.survive(KerasFuzzTest::readState, states(), 2_000);
  }
}
