package org.epochflow.runners.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.optim.Optimizers;
import org.epochflow.model.optim.schedule.Schedule;
import org.epochflow.model.train.LearningRate;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.run.TrainingJob;
import org.epochflow.runners.option.ConfigOptions;
import org.epochflow.runners.option.UsageException;
import org.junit.jupiter.api.Test;

/** What a model that Keras compiled brings to a training. */
class CompiledModelsTest {
  private static final Shape IMAGE = Shape.of(28, 28);

  private static String compiled(String name) {
    return "--model=../testdata/golden/compiled/" + name + ".keras ";
  }

  @Test
  void aModelBringsWhatKerasCompiledItWith() {
    TrainingJob job = typed(compiled("adamw"));
    Optimizer brought = job.config(IMAGE).optimizer();
    assertEquals(
        Optimizers.with(
            Optimizers.named("adamw"), Map.of("weightDecay", 0.25, "globalClipnorm", 0.5)),
        brought);
    assertEquals(0.01, job.config(IMAGE).learningRate().base(), 1e-9);
    TrainingConfig changed =
        typed(compiled("adamw") + "--weightDecay=0.5 --learningRate=0.1").config(IMAGE);
    assertEquals(Optimizers.with(brought, Map.of("weightDecay", 0.5)), changed.optimizer());
    assertEquals(0.1, changed.learningRate().base());
    TrainingConfig other = typed(compiled("adamw") + "--optimizer=sgd").config(IMAGE);
    assertEquals(Optimizers.named("sgd"), other.optimizer());
    assertEquals(0.01, other.learningRate().base());
    assertEquals(
        Optimizers.PLAIN,
        typed(compiled("adamw") + "--strategy=server-adam").config(IMAGE).optimizer());
  }

  @Test
  void aScheduleThatAModelBringsCountsStepsUntilTheExamplesAreCounted() {
    TrainingConfig config = typed(compiled("schedule") + "--batchSize=8").config(IMAGE);
    LearningRate rate = config.learningRate();
    assertEquals(0.1, rate.base(), 1e-9);
    assertEquals("steps", Objects.requireNonNull(rate.schedule()).name());
    Schedule inEpochs = Objects.requireNonNull(config.inEpochs(64).learningRate().schedule());
    assertEquals(1, inEpochs.at(0.5, 20), 1e-9);
    assertEquals(0.625, inEpochs.at(1.5, 20), 1e-9);
    Schedule own =
        typed(compiled("schedule") + "--schedule=constant").config(IMAGE).learningRate().schedule();
    assertEquals("constant", Objects.requireNonNull(own).text());
  }

  @Test
  void anOptimizerThatIsUnknownIsRefusedUnlessAnotherIsChosen() {
    UsageException e = assertThrows(UsageException.class, () -> typed(compiled("ftrl")));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains(" as class_name, found \"Ftrl\" ("), message);
    assertTrue(message.endsWith("; --optimizer=NAME trains the model with another"), message);
    assertEquals(
        "adam", typed(compiled("ftrl") + "--optimizer=adam").config(IMAGE).optimizer().name());
  }

  @Test
  void aModelBringsItsLabelSmoothingUnlessAnotherIsChosen() {
    Shape image = Shape.of(8, 9, 2);
    TrainingJob job = typed(compiled("regularized"));
    assertEquals(0.1, job.config(image).loss().labelSmoothing());
    assertEquals(0.1, job.model().saved().orElseThrow().loss().labelSmoothing());
    assertEquals(
        0,
        typed(compiled("regularized") + "--labelSmoothing=0")
            .config(image)
            .loss()
            .labelSmoothing());
    ConfigOptions options = new ConfigOptions();
    Arguments.parse(options, List.of("--optimizer=sgd"));
    assertEquals(
        Optional.of(job.model().name() + " brings label smoothing 0.1"),
        TrainingJobs.brought(options, job));
  }

  @Test
  void aLossThatIsUnknownIsRefusedUnlessCrossEntropyIsChosen() {
    UsageException e = assertThrows(UsageException.class, () -> typed(compiled("squared-error")));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains(" as loss of several outputs, found \"mse\" ("), message);
    assertTrue(
        message.endsWith("; --labelSmoothing=0 trains the model with cross-entropy"), message);
    TrainingJob job = typed(compiled("squared-error") + "--labelSmoothing=0");
    assertEquals(0, job.config(Shape.of(8, 9, 2)).loss().labelSmoothing());
    assertEquals(0, job.model().saved().orElseThrow().loss().labelSmoothing());
  }

  private static TrainingJob typed(String line) {
    ConfigOptions options = new ConfigOptions();
    List<String> words = line.isEmpty() ? List.of() : List.of(line.split(" "));
    Arguments arguments = Arguments.parse(options, words);
    try {
      return TrainingJobs.of(options, arguments.given(), Optional.empty(), new Models());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
