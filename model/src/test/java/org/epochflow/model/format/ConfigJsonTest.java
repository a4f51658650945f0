package org.epochflow.model.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.LearningRate;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A run's configuration as text. */
final class ConfigJsonTest {
  static List<TrainingConfig> configs() {
    Random random = new Random(11);
    List<Architecture> presets = States.presets();
    return IntStream.range(0, 40)
        .mapToObj(i -> config(presets.get(i % presets.size()), i, random))
        .toList();
  }

  private static TrainingConfig config(Architecture architecture, int i, Random random) {
    return States.config(
        architecture, i % 2 == 0 ? Strategy.LOCAL_ADAM : Strategy.SERVER_ADAM, random);
  }

  @ParameterizedTest
  @MethodSource("configs")
  void writtenThenReadIsTheSameConfiguration(TrainingConfig config) throws Exception {
    String json = ConfigJson.write(config);
    assertEquals(config, ConfigJson.read(json, "config.json"));
    assertEquals(json, ConfigJson.write(ConfigJson.read(json, "config.json")));
  }

  @Test
  void valuesAreSpelledAsOnTheCommandLine() {
    assertEquals("local-adam", JsonObject.spell(Strategy.LOCAL_ADAM));
    assertEquals("val_loss", JsonObject.spell(EarlyStopping.Monitor.VAL_LOSS));
    assertEquals("val_accuracy", JsonObject.spell(EarlyStopping.Monitor.VAL_ACCURACY));
    assertEquals("linear", JsonObject.spell(LearningRate.Scaling.LINEAR));
  }

  @Test
  void theTextIsIndentedAndEndsItsLastLine() {
    String json = ConfigJson.write(configs().get(0));
    assertTrue(json.startsWith("{\n  \"kernels\" : \"vector\",\n  \"seed\" : "), json);
    assertTrue(json.contains("\"strategy\" : \"local-adam\""), json);
    assertTrue(json.endsWith("\n}\n"), json);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"epochs\"               | \"epoch\"                | epochs       | also [epoch]",
        "\"kernels\" : \"vector\",|                          | kernels      | none",
        "\"local-adam\"           | \"LOCAL_ADAM\"           | local-adam or server-adam |"
            + " \"LOCAL_ADAM\"",
        "\"stratify\" : true      | \"stratify\" : \"yes\"   | stratify     | \"yes\"",
        "\"replicas\" : 3         | \"replicas\" : 0         | replicas     | 0",
        "\"seed\" : 5             | \"seed\" : 1e300         | seed         | 1.0E300",
      })
  void aFaultIsNamed(String written, String other, String expected, String found) {
    String json =
        ConfigJson.write(configs().get(0))
            .replaceFirst("\"seed\" : -?\\d+", "\"seed\" : 5")
            .replaceFirst("\"replicas\" : \\d+", "\"replicas\" : 3")
            .replaceFirst("\"stratify\" : \\w+", "\"stratify\" : true");
    String changed = json.replace(written, other == null ? "" : other);
    assertTrue(!changed.equals(json), "the test changes something");
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> ConfigJson.read(changed, "r/config.json"));
    String message = String.valueOf(e.getMessage());
    for (String part : List.of("Expected", "r/config.json", expected, found)) {
      assertTrue(message.contains(part), "Expected " + part + " in: " + message);
    }
  }
}
