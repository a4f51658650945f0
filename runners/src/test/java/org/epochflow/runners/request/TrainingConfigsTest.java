package org.epochflow.runners.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Padding;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.optim.Optimizers;
import org.epochflow.model.train.ClassNames;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.LearningRate;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.runners.option.ConfigOptions;
import org.epochflow.runners.option.Rule;
import org.epochflow.runners.option.UsageException;
import org.epochflow.runners.verb.RecordedPipelines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From words to a configuration. */
class TrainingConfigsTest {
  private static final Shape IMAGE = Shape.of(28, 28);

  @Test
  void withoutOptionsItIsTheDefaults() throws IOException {
    assertEquals(
        new TrainingConfig(
            Presets.softmax(IMAGE, 10),
            Preprocessing.STANDARD.withImage(Shape.of(28, 28)),
            Kernels.auto(),
            42,
            20,
            128,
            new DataParallel(Strategy.LOCAL, 2, 4),
            new LearningRate(0.001, LearningRate.Scaling.LINEAR, 1, 0.01),
            new EarlyStopping(true, EarlyStopping.Monitor.VAL_LOSS, 0, 5),
            new SplitRule(0.2, false),
            ClassNames.numbers(10)),
        typed().begin(IMAGE));
  }

  @Test
  void everyOptionReachesItsPlace() throws IOException {
    assertEquals(
        new TrainingConfig(
            Presets.cnn(Shape.of(28, 28, 1), 26, 0.4, Padding.SAME, 0.5),
            Preprocessing.STANDARD.withImage(Shape.of(28, 28)),
            "ejml",
            -7,
            3,
            64,
            new DataParallel(Strategy.SERVER_ADAM, 8, 40),
            new LearningRate(0.2, LearningRate.Scaling.SQRT, 0.5, 0.03),
            new EarlyStopping(true, EarlyStopping.Monitor.VAL_ACCURACY, 0.001, 0),
            new SplitRule(0.3, true),
            List.of("abcdefghijklmnopqrstuvwxyz".split(""))),
        typed(
                "--model=cnn --classes=26 --dropout=0.4 --padding=same --filterMultiplier=0.5"
                    + " --kernels=ejml --seed=-7 --epochs=3 --batchSize=64 --strategy=server-adam"
                    + " --replicas=8 --roundsPerEpoch=40 --learningRate=0.2"
                    + " --learningRateScaling=sqrt --warmupEpochs=0.5 --serverLearningRate=0.03"
                    + " --monitor=val_accuracy --minDelta=0.001 --patience=0"
                    + " --validationSplit=0.3 --stratify"
                    + " --classNames=a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z")
            .begin(IMAGE));
  }

  @Test
  void aFoldTakesThePlaceOfAShare() throws IOException {
    assertEquals(
        SplitRule.ofFold(2, 3, true), typed("--folds=3 --fold=2 --stratify").begin(IMAGE).split());
    assertMessage(
        "Expected --fold of 1 to 3, found 4", () -> typed("--folds=3 --fold=4").begin(IMAGE));
    assertMessage(
        "Expected both --folds=K and --fold=I, or neither", () -> typed("--fold=4").begin(IMAGE));
    assertMessage(
        "--validationSplit does nothing with --folds",
        () -> typed("--folds=3 --fold=1 --validationSplit=0.2").begin(IMAGE));
  }

  @Test
  void rateOfServerAdamsReplicasHasItsOwnDefault() throws IOException {
    assertEquals(0.1, typed("--strategy=server-adam").begin(IMAGE).learningRate().base());
  }

  @Test
  void presetsHaveTheirOwnDropout() throws IOException {
    assertEquals(Presets.mlp(IMAGE, 10, 0.25), typed("--model=mlp").begin(IMAGE).architecture());
    assertEquals(
        Presets.mlp(IMAGE, 10, 0), typed("--model=mlp --dropout=0").begin(IMAGE).architecture());
  }

  @Test
  void aModelThatFitsOtherImagesIsRefused() {
    assertMessage(
        "Expected images that fit --model=other.keras, whose input is (32, 32, 3), found images"
            + " of (28, 28, 1)",
        () -> typed("--model=other.keras").begin(IMAGE));
    assertMessage(
        "Expected --classes=10, as --model=other.keras has, found --classes=9",
        () -> typed("--model=other.keras --classes=9").begin(Shape.of(32, 32, 3)));
  }

  @Test
  void aModelOfItsOwnTakesNoPresetsOptions() {
    assertMessage(
        "--dropout and --padding do nothing to --model=other.keras",
        () -> typed("--model=other.keras --padding=same --dropout=0.5").begin(IMAGE));
  }

  @Test
  void aResumedRunKeepsItsConfiguration() throws IOException {
    TrainingConfig saved = typed("--model=mlp --batchSize=64 --epochs=5 --seed=1").begin(IMAGE);
    assertEquals(saved, typed().resume(saved));
    assertEquals(saved, typed("--model=mlp --batchSize=64 --epochs=5").resume(saved));
    assertEquals(saved.withEpochs(7), typed("--epochs=7").resume(saved));
  }

  @ParameterizedTest
  @CsvSource({
    "--batchSize=32, 128, 32",
    "--learningRate=0.1, 0.001, 0.1",
    "--learningRateScaling=none, linear, none",
    "--warmupEpochs=2, 1.0, 2.0",
    "--serverLearningRate=1, 0.01, 1.0",
    "--replicas=4, 2, 4",
    "--roundsPerEpoch=1, 4, 1",
    "--strategy=server-adam, local-adam, server-adam",
    "--patience=9, 5, 9",
    "--minDelta=1, 0.0, 1.0",
    "--monitor=val_accuracy, val_loss, val_accuracy",
    "--seed=1, 42, 1",
    "--validationSplit=0.5, 0.2, 0.5",
    "--stratify, false, true",
    "--model=cnn, mlp, cnn",
    "--classes=9, 10, 9",
  })
  void aResumedRunRefusesWhatWouldMakeItAnother(String option, String saved, String found)
      throws IOException {
    TrainingConfig mlp = typed("--model=mlp").begin(IMAGE);
    String name = option.replaceFirst("=.*", "");
    assertMessage(
        "Expected %s=%s, as in the run, or not at all, found %s; only --epochs may change"
            .formatted(name, saved, found),
        () -> typed(option).resume(mlp));
  }

  @Test
  void classNamesAreThoseOfTheModelThatTrainingStartsFromUnlessTyped() throws IOException {
    Shape image = Shape.of(32, 32, 3);
    assertEquals("seven", typed("--model=a.keras").begin(image).classNames().get(7));
    assertEquals(
        "Sneaker",
        typed("--model=a.keras --classNames=fashion-mnist").begin(image).classNames().get(7));
    assertEquals("7", typed("--model=cnn").begin(image).classNames().get(7));
    List<String> champions = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    assertEquals(champions, typed("--model=cnn").begin(image, champions).classNames());
  }

  @Test
  void aResumedRunRefusesAnotherShapeAndFewerEpochs() throws IOException {
    TrainingConfig saved = typed("--model=mlp --dropout=0.5 --epochs=5").begin(IMAGE);
    assertEquals(saved, typed("--dropout=0.5").resume(saved));
    assertMessage(
        "Expected --dropout as in the run, or not at all; only --epochs may change",
        () -> typed("--dropout=0.4").resume(saved));
    assertMessage(
        "Expected --epochs of 5 or more, as the run has, found 4",
        () -> typed("--epochs=4").resume(saved));
  }

  @Test
  void anOptimizerHasItsOwnRateAndSettings() throws IOException {
    assertEquals("adam", typed("").begin(IMAGE).optimizer().name());
    TrainingConfig sgd = typed("--optimizer=sgd").begin(IMAGE);
    assertEquals(Optimizers.named("sgd"), sgd.optimizer());
    assertEquals(0.01, sgd.learningRate().base());
    assertEquals(
        Optimizers.with(Optimizers.named("adam"), Map.of("beta1", 0.5, "epsilon", 0.001)),
        typed("--beta1=0.5 --epsilon=1e-3 --strategy=local-adam").begin(IMAGE).optimizer());
    assertEquals("sgd", typed("--strategy=server-adam").begin(IMAGE).optimizer().name());
  }

  @Test
  void whatDoesNotFitAnOptimizerIsRefused() {
    assertMessage(
        "Expected settings of adam (beta1, beta2, epsilon), found momentum",
        () -> typed("--momentum=0.5").begin(IMAGE));
    assertMessage(
        "Expected a strategy of local with the optimizer sgd, found local-adam",
        () -> typed("--optimizer=sgd --strategy=local-adam").begin(IMAGE));
    assertMessage(
        "Expected an optimizer without state (sgd) with the strategy server-adam, found adam with"
            + " m, v",
        () -> typed("--optimizer=adam --strategy=server-adam").begin(IMAGE));
  }

  @Test
  void choicesAreTheModelsConstants() {
    for (String word : choices("strategy")) {
      Strategy.named(word.replace('_', '-'));
    }
    assertEquals(Optimizers.ALL.stream().map(Optimizer::name).toList(), choices("optimizer"));
    assertEquals(words(EarlyStopping.Monitor.values()), choices("monitor"));
    assertEquals(words(LearningRate.Scaling.values()), choices("learningRateScaling"));
    assertEquals(words(Padding.values()), choices("padding"));
  }

  private static List<String> words(Enum<?>[] constants) {
    return Arrays.stream(constants).map(c -> c.name().toLowerCase(Locale.ROOT)).toList();
  }

  private static List<String> choices(String option) {
    return Objects.requireNonNull(Rule.of(new ConfigOptions()).get(option)).words().stream()
        .map(word -> word.replace('-', '_'))
        .toList();
  }

  private static TrainingConfigs typed() {
    return typed("");
  }

  private static TrainingConfigs typed(String line) {
    ConfigOptions options = new ConfigOptions();
    List<String> words = line.isEmpty() ? List.of() : List.of(line.split(" "));
    Arguments arguments = Arguments.parse(options, words);
    return new TrainingConfigs(options, arguments.given(), new RecordedPipelines());
  }

  private static void assertMessage(String message, Executable typed) {
    assertEquals(message, assertThrows(UsageException.class, typed).getMessage());
  }
}
