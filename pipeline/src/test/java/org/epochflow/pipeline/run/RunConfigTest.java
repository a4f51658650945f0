package org.epochflow.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.RejectionBudget;
import org.epochflow.pipeline.data.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** config.json holds all that decides a run, and refuses other data. */
final class RunConfigTest {
  /** A run's configuration around a training's. */
  static RunConfig of(TrainingConfig config) {
    return new RunConfig(
        config,
        new DataFiles(
            List.of(new Source("/a b/\"x\".gz", "/ä"), new Source("/c", "/d")),
            List.of(new Source("/e", "/f"))),
        RejectionBudget.ofCount(7),
        List.of(new RunConfig.Fingerprint(60000, 1L << 40, 60008, "0badf00d")),
        "e3b0c442");
  }

  @ParameterizedTest
  @ValueSource(strings = {"softmax", "mlp", "cnn"})
  void jsonAndBackIsIdentity(String network) throws IOException {
    for (Strategy strategy : Strategy.values()) {
      RunConfig config =
          of(SmallNetworks.config(SmallNetworks.named(network), new DataParallel(strategy, 3, 4)));
      String json = config.toJson();
      assertEquals(config, RunConfig.fromJson(json, "config.json"));
      assertEquals(json, RunConfig.fromJson(json, "config.json").toJson());
    }
  }

  @Test
  void aBudgetIsKeptAsItWasAskedFor() throws IOException {
    RunConfig count = of(SmallNetworks.config(1, new SplitRule(0.2, true)));
    assertTrue(count.toJson().contains("\"maxRejected\" : 7,"), count::toJson);
    String share = count.toJson().replace("\"maxRejected\" : 7,", "\"maxRejected\" : \"0.5%\",");
    RunConfig read = RunConfig.fromJson(share, "config.json");
    assertEquals(RejectionBudget.parse("0.5%").orElseThrow(), read.maxRejected());
    assertEquals(share, read.toJson());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{}", "null"})
  void whatIsNoConfigurationIsRefusedByItsName(String text) {
    var fault =
        assertThrows(ModelFormatException.class, () -> RunConfig.fromJson(text, "RUN/config.json"));
    assertTrue(String.valueOf(fault.getMessage()).contains("RUN/config.json"));
  }

  @Test
  void aFieldThatIsMissingIsRefused() {
    String json = of(SmallNetworks.config(1, new SplitRule(0.2, true))).toJson();
    for (String field : List.of("\"fingerprint\"", "\"initialWeights\"", "\"seed\"", "\"train\"")) {
      assertTrue(json.contains(field));
      assertThrows(
          ModelFormatException.class,
          () -> RunConfig.fromJson(json.replace(field, "\"other\""), "config.json"));
    }
  }

  @Test
  void theSameDataInAnotherPlaceIsTheSame(@TempDir Path folder) throws IOException {
    PreparedData here = data(folder.resolve("here"));
    PreparedData there = data(folder.resolve("there"));
    assertDoesNotThrow(() -> fingerprinted(here).requireSame(there.dataSet()));
  }

  @Test
  void oneOtherPixelIsOtherData(@TempDir Path folder) throws IOException {
    PreparedData here = data(folder);
    RunConfig config = fingerprinted(here);
    Path test = Path.of(SmallData.files(here).test().get(0).images());
    byte[] bytes = Files.readAllBytes(test);
    bytes[bytes.length - 1]++;
    Files.write(test, bytes);
    PreparedData changed =
        SmallData.prepare(folder.resolve("again"), SmallData.files(here), SmallData.CLASSES, 0);
    var fault = assertThrows(BadDataException.class, () -> config.requireSame(changed.dataSet()));
    assertEquals(
        "Expected the data this run began with, %s, found %s"
            .formatted(config.fingerprint(), RunConfig.fingerprint(changed.dataSet())),
        fault.getMessage());
  }

  private static PreparedData data(Path folder) throws IOException {
    return SmallData.prepare(
        folder.resolve("data"), SmallData.sound(folder, 40, 9), SmallData.CLASSES, 0);
  }

  private static RunConfig fingerprinted(PreparedData data) {
    return new RunConfig(
        SmallNetworks.config(1, new SplitRule(0.2, true)),
        SmallData.files(data),
        RejectionBudget.NONE,
        RunConfig.fingerprint(data.dataSet()),
        "");
  }
}
