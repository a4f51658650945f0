package org.epochflow.model.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Loss;
import org.epochflow.model.optim.EveryOptimizer;
import org.epochflow.model.optim.schedule.Schedule;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.LearningRate;
import org.epochflow.model.train.ReduceOnPlateau;
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

  static List<TrainingConfig> configsOfEveryOptimizer() {
    Architecture architecture = States.presets().get(0);
    return EveryOptimizer.variants().stream()
        .map(each -> States.config(architecture, Strategy.LOCAL, each, new Random(3)))
        .toList();
  }

  private static TrainingConfig config(Architecture architecture, int i, Random random) {
    return States.config(architecture, i % 2 == 0 ? Strategy.LOCAL : Strategy.SERVER_ADAM, random);
  }

  @ParameterizedTest
  @MethodSource({"configs", "configsOfEveryOptimizer"})
  void writtenThenReadIsTheSameConfiguration(TrainingConfig config) throws Exception {
    String json = ConfigJson.write(config);
    assertEquals(config, ConfigJson.read(json, "config.json"));
    assertEquals(json, ConfigJson.write(ConfigJson.read(json, "config.json")));
  }

  @Test
  void valuesAreSpelledAsOnTheCommandLine() {
    assertEquals("val_loss", JsonObject.spell(EarlyStopping.Monitor.VAL_LOSS));
    assertEquals("val_accuracy", JsonObject.spell(EarlyStopping.Monitor.VAL_ACCURACY));
    assertEquals("val_top_k_accuracy", JsonObject.spell(EarlyStopping.Monitor.VAL_TOP_K_ACCURACY));
    assertEquals("linear", JsonObject.spell(LearningRate.Scaling.LINEAR));
  }

  @Test
  void theTextIsIndentedAndEndsItsLastLine() {
    String json = ConfigJson.write(configs().get(0));
    assertTrue(json.startsWith("{\n  \"kernels\" : \"vector\",\n  \"seed\" : "), json);
    assertTrue(json.contains("\"strategy\" : \"local-adam\""), json);
    assertTrue(json.endsWith("\n}\n"), json);
  }

  @Test
  void aLossThatIsChosenIsKeptAndAPlainOneIsNot() throws ModelFormatException {
    TrainingConfig plain = States.config(States.presets().get(0), Strategy.LOCAL, new Random(4));
    assertFalse(ConfigJson.write(plain).contains("abelSmoothing"));
    assertFalse(ConfigJson.write(plain).contains("Weights"));
    Loss.Settings chosen = new Loss.Settings(0.25, "0:1.5,2:0.0", null);
    Loss.Settings balanced =
        new Loss.Settings(0, "balanced", null)
            .balancedBy(Collections.nCopies(plain.architecture().classes(), 3L));
    for (Loss.Settings loss : List.of(chosen, balanced)) {
      TrainingConfig config = plain.with(loss);
      assertEquals(config, ConfigJson.read(ConfigJson.write(config), "config.json"));
      assertTrue(
          ConfigJson.write(config).contains("\"classWeights\" : \"" + loss.classWeights() + '"'));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"labelSmoothing\" : 2.0 | Expected labelSmoothing of 0 or more and below 1, found 2.0",
        "\"classWeights\" : \"77:1\" | Expected class weights such as 0:1,1:3 of labels from 0 to",
        "\"balancedWeights\" : [1.0] | Expected classWeights of balanced with balancedWeights",
      })
  void aLossThatDoesNotFitIsRefused(String field, String message) {
    TrainingConfig plain = States.config(States.presets().get(0), Strategy.LOCAL, new Random(4));
    String text = ConfigJson.write(plain).replaceFirst("\\{", "{" + field + ",");
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> ConfigJson.read(text, "config.json"));
    assertTrue(String.valueOf(e.getMessage()).startsWith(message), e.getMessage());
  }

  @Test
  void aScheduleIsTheTextOfTheCommandLine() throws ModelFormatException {
    TrainingConfig config = States.config(States.presets().get(0), Strategy.LOCAL, new Random(4));
    TrainingConfig changing =
        config.with(
            new LearningRate(
                0.1,
                LearningRate.Scaling.LINEAR,
                1,
                0.01,
                Schedule.of("cosine:warmup=1"),
                new ReduceOnPlateau()));
    String json = ConfigJson.write(changing);
    assertEquals(changing, ConfigJson.read(json, "r/config.json"));
    assertTrue(json.contains("\"schedule\" : \"cosine:warmup=1,"), json);
    assertTrue(json.contains("\"reduceOnPlateau\" : \"factor=0.1,patience=10,"), json);
    for (String wrong : List.of("\"cos:warmup=1\"", "\"cosine:warmup=x\"", "5")) {
      String other = json.replaceFirst("\"cosine:[^\"]*\"", wrong);
      ModelFormatException e =
          assertThrows(ModelFormatException.class, () -> ConfigJson.read(other, "r/config.json"));
      assertTrue(String.valueOf(e.getMessage()).contains("r/config.json"), e.getMessage());
    }
    TrainingConfig steady = config.with(new LearningRate(0.1, LearningRate.Scaling.LINEAR, 1, 1));
    assertFalse(ConfigJson.write(steady).contains("schedule"));
    assertFalse(ConfigJson.write(steady).contains("reduceOnPlateau"));
  }

  /** What is off is not in the text, so earlier versions wrote the same. */
  @Test
  void settingsThatAreOffAreLeftOut() {
    String json = ConfigJson.write(configs().get(0));
    for (String name : List.of("amsgrad", "weightDecay", "clipnorm", "clipvalue")) {
      assertFalse(json.contains(name), json);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"epochs\"               | \"epoch\"                | epochs       | also [epoch]",
        "\"kernels\" : \"vector\",|                          | kernels      | none",
        "\"local-adam\"           | \"LOCAL_ADAM\"           | local-adam   | LOCAL_ADAM",
        "\"stratify\" : true      | \"stratify\" : \"yes\"   | stratify     | \"yes\"",
        "\"replicas\" : 3         | \"replicas\" : 0         | replicas     | 0",
        "\"seed\" : 5             | \"seed\" : 1e300         | seed         | 1.0E300",
        "\"seed\" : 5             | \"seed\" : 5.0           | whole number | 5.0",
        "\"seed\" : 5             | \"seed\" : \"5\"         | whole number | \"5\"",
        "\"replicas\" : 3         | \"replicas\" : 3000000000 | whole number | 3000000000",
        "\"vector\"               | 5                        | a string as kernels | 5",
        "\"vector\"               | null                     | kernels      | null",
        "Scaling\" : \"linear\"  | Scaling\" : 0                        | linear or capped or sqrt or none | 0",
        "\"warmupEpochs\"         | \"epochsOfWarmup\"       | warmupEpochs | also [epochsOfWarmup]",
        "\"é \\\"0\"               | 7                        | a string as element 0 | 7",
        "\"beta1\" : 0.9          | \"beta1\" : 1             | beta1 at least 0.0, below 1.0 | 1.0",
        "\"beta1\" : 0.9          | \"beta1\" : \"x\"         | a number as beta1 | \"x\" (r/config.json, optimizer)",
        "\"beta1\" : 0.9,         |                          | a field beta1 | none (r/config.json, optimizer)",
        "\"beta1\" : 0.9          | \"beta1\" : 0.9, \"beta3\" : 1 | only the fields | also [beta3]",
        "\"optimizer\" : \"adam\"  | \"optimizer\" : \"adm\"   | an optimizer of adam or sgd | adm",
        "\"optimizer\" : \"adam\",|                          | only the fields | also [beta1, beta2, epsilon]",
        "\"local-adam\"           | \"local-sgd\"             | local, local-adam or server-adam | local-sgd",
        "\"local-adam\"           | \"server-adam\"           | without state (sgd) with the strategy server-adam | adam with m, v",
      })
  void aFaultIsNamed(String written, String other, String expected, String found) {
    String json =
        ConfigJson.write(configs().get(0))
            .replaceFirst("\"seed\" : -?\\d+", "\"seed\" : 5")
            .replaceFirst("\"replicas\" : \\d+", "\"replicas\" : 3")
            .replaceFirst("\"learningRateScaling\" : \"\\w+", "\"learningRateScaling\" : \"linear")
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
