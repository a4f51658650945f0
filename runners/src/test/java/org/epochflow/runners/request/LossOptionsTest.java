package org.epochflow.runners.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.epochflow.model.nn.Loss;
import org.epochflow.model.nn.Regularizer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.run.TrainingJob;
import org.epochflow.runners.option.ClassWeights;
import org.epochflow.runners.option.ConfigOptions;
import org.epochflow.runners.option.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What options make of the loss: its settings and the regularizers. */
class LossOptionsTest {
  private static final Shape IMAGE = Shape.of(28, 28);

  private static TrainingJob job(String... words) {
    ConfigOptions options = new ConfigOptions();
    Arguments arguments = Arguments.parse(options, List.of(words));
    try {
      return TrainingJobs.of(options, arguments.given(), Optional.empty(), new Models());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TrainingConfig config(String... words) {
    return job(words).config(IMAGE);
  }

  @Test
  void withoutOptionsTheLossIsPlain() {
    assertEquals(Loss.Settings.PLAIN, config().lossSettings());
    assertEquals(config("--classWeights=none", "--l2=0", "--labelSmoothing=0"), config());
  }

  @Test
  void optionsReachTheLoss() {
    assertEquals(0.1, config("--labelSmoothing=0.1").loss().labelSmoothing());
    assertEquals(
        List.of(1.0, 3.0, 0.5),
        config("--classes=3", "--classWeights=1:3+2:0.5").loss().classWeights());
    Loss.Settings balanced = config("--classWeights=balanced").lossSettings();
    assertTrue(balanced.needsCounts());
    assertNull(balanced.balanced());
    assertNotEquals(job("--classWeights=balanced").identity(), job().identity());
  }

  @Test
  void classesGoByTheirNames() {
    assertEquals(
        "2:2.0,8:0.5",
        config("--classNames=fashion-mnist", "--classWeights=Bag:0.5,Pullover:2")
            .lossSettings()
            .classWeights());
    assertEquals(
        List.of(1.0, 4.0),
        config("--classes=2", "--classNames=1,0", "--classWeights=0:4").loss().classWeights());
  }

  @Test
  void everyKernelHasTheL2AndNothingElse() {
    List<Regularizer> found =
        config("--model=cnn", "--l2=0.001").architecture().trained().stream()
            .map(Variable::regularizer)
            .toList();
    Regularizer l2 = new Regularizer(0, 0.001);
    for (int i = 0; i < found.size(); i++) {
      assertEquals(i % 2 == 0 ? l2 : Regularizer.NONE, found.get(i));
    }
    assertNotEquals(job("--l2=0.001").identity(), job().identity());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10:2 | of labels from 0 to 9 or of names of classes, found 10",
        "bog:2 | found bog; did you mean Bag?",
        "Bag:2,8:1 | Expected one weight of a class in --classWeights, found two of 8",
      })
  void classesThatThereAreNotAreRefused(String weights, String message) {
    UsageException e =
        assertThrows(
            UsageException.class,
            () -> config("--classNames=fashion-mnist", "--classWeights=" + weights));
    assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "even", "1", "1:", ":2", "1:x", "1:-1", "1:NaN", "1:1,1:2", "1:1,"})
  void whatIsNoWeightIsRefused(String weights) {
    assertThrows(IllegalArgumentException.class, () -> ClassWeights.parse(weights));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "balanced", "0:1.0,Ankle boot:0.25"})
  void aTextIsReadAsItIsWritten(String text) {
    assertEquals(text, ClassWeights.parse(text).toString());
  }
}
