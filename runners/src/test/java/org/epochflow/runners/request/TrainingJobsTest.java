package org.epochflow.runners.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.epochflow.model.format.KerasFile;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.augmentation.Augment;
import org.epochflow.model.nn.layer.augmentation.Interval;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.optim.Optimizers;
import org.epochflow.model.optim.schedule.Constant;
import org.epochflow.model.optim.schedule.OneCycle;
import org.epochflow.model.optim.schedule.Schedule;
import org.epochflow.model.train.ClassNames;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.LearningRate;
import org.epochflow.model.train.ReduceOnPlateau;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.registry.Gates;
import org.epochflow.pipeline.run.TrainingJob;
import org.epochflow.runners.SmallConfig;
import org.epochflow.runners.option.ConfigOptions;
import org.epochflow.runners.option.GateOptions;
import org.epochflow.runners.option.Rule;
import org.epochflow.runners.option.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** From words to a configuration. */
class TrainingJobsTest {
  private static final Shape IMAGE = Shape.of(28, 28);
  private static final TrainingConfig CONFIG = named(SmallConfig.of(1, 0, 1), "cat", "dog");
  private final Path model;

  TrainingJobsTest(@TempDir Path folder) throws IOException {
    model = folder.resolve("saved.keras");
    try (OutputStream out = Files.newOutputStream(model)) {
      KerasFile.write(TrainingState.begin(CONFIG, new float[10]), out);
    }
  }

  private SavedModel saved() {
    return typed("--model=" + model).model().saved().orElseThrow();
  }

  @Test
  void withoutOptionsItIsTheDefaults() {
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
        typed().config(IMAGE));
  }

  @Test
  void aPresetBringsItsRecipeWhereNothingElseIsAskedFor() {
    TrainingConfig fast = typed("--model=fast").config(IMAGE);
    assertEquals(Presets.fast(IMAGE.withChannels(), 10), fast.architecture());
    assertEquals(new DataParallel(Strategy.LOCAL, 1, 4), fast.parallel());
    assertEquals(0.01, fast.learningRate().base());
    assertEquals(new OneCycle(0.2, 5, 10_000), fast.learningRate().schedule());
    TrainingConfig own =
        typed("--model=fast --replicas=2 --learningRate=0.002 --schedule=constant").config(IMAGE);
    assertEquals(0.002, own.learningRate().base());
    assertEquals(new Constant(), own.learningRate().schedule());
  }

  @Test
  void everyOptionReachesItsPlace() {
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
            .config(IMAGE));
  }

  @Test
  void theKOfTheTopKAccuracyIsKerassWhereItIsMonitoredAlone() {
    assertEquals(null, typed().config(IMAGE).stopping().topK());
    assertEquals(3, typed("--topK=3 --monitor=val_f1").config(IMAGE).stopping().topK());
    assertEquals(5, typed("--monitor=val_top_k_accuracy").config(IMAGE).stopping().topK());
    assertEquals(2, typed("--monitor=val_top_k_accuracy --topK=2").config(IMAGE).stopping().topK());
    assertEquals(
        "Expected topK of at most 10, the number of classes, found 11",
        assertThrows(ArchitectureException.class, () -> typed("--topK=11").config(IMAGE))
            .getMessage());
  }

  @Test
  void pixelsAreScaledAsIsAskedFor() {
    Preprocessing bytes = Preprocessing.BYTES.withImage(IMAGE);
    assertEquals(bytes, typed("--pixels=0..255").config(IMAGE).preprocessing());
    assertEquals(
        Preprocessing.Scale.STANDARDIZED,
        typed("--pixels=standardized").config(IMAGE).preprocessing().scale());
    assertNotEquals(typed("--pixels=0..255").identity(), typed().identity());
    assertEquals(typed("--pixels=0..1 --epochs=3").identity(), typed("--epochs=3").identity());
  }

  @Test
  void aFoldTakesThePlaceOfAShare() {
    assertEquals(
        SplitRule.ofFold(2, 3, true), typed("--folds=3 --fold=2 --stratify").config(IMAGE).split());
    assertMessage(
        "Expected --fold of 1 to 3, found 4", () -> typed("--folds=3 --fold=4").config(IMAGE));
    assertMessage(
        "Expected both --folds=K and --fold=I, or neither", () -> typed("--fold=4").config(IMAGE));
    assertMessage(
        "--validationSplit does nothing with --folds",
        () -> typed("--folds=3 --fold=1 --validationSplit=0.2").config(IMAGE));
  }

  @Test
  void rateOfServerAdamsReplicasHasItsOwnDefault() {
    assertEquals(0.1, typed("--strategy=server-adam").config(IMAGE).learningRate().base());
  }

  @Test
  void presetsHaveTheirOwnDropout() {
    assertEquals(Presets.mlp(IMAGE, 10, 0.25), typed("--model=mlp").config(IMAGE).architecture());
    assertEquals(
        Presets.mlp(IMAGE, 10, 0), typed("--model=mlp --dropout=0").config(IMAGE).architecture());
  }

  @Test
  void augmentationsStandInFrontOfAnyNetwork() {
    Interval inputs = new Interval(0, 1);
    Augment augment = Augment.parse("flip,translate=0.1");
    assertEquals(
        augment.inFrontOf(Presets.mlp(IMAGE, 10, 0.25), IMAGE, inputs),
        typed("--model=mlp --augment=flip+translate=.1").config(IMAGE).architecture());
    Shape image = Shape.of(2, 2);
    TrainingJob job = typed("--augment=flip,translate=0.1 --model=" + model);
    assertEquals(
        augment.inFrontOf(CONFIG.architecture(), image, inputs), job.config(image).architecture());
    assertEquals(Set.of("augment", "model"), job.given());
    assertNotEquals(typed("").identity(), typed("--augment=flip").identity());
    assertEquals(typed("").identity(), typed("--augment=none").identity());
    assertMessage(
        "Expected rotate=degrees above 0 and at most 180, found 'rotate' (--augment=flip,rotate)",
        () -> typed("--augment=flip,rotate"));
  }

  @Test
  void aModelHasItsOwnNumberOfClasses() {
    assertMessage(
        "Expected --classes=2, as --model=%s has, found --classes=9; for other classes add --newHead"
            .formatted(model),
        () -> typed("--model=%s --classes=9".formatted(model)));
    assertEquals(2, typed("--model=" + model).model().classes());
  }

  @Test
  void aNewHeadIsDrawnForOtherClasses() {
    TrainingJob job = typed("--model=%s --newHead --classes=3".formatted(model));
    TrainingConfig config = job.config(Shape.of(2, 2));
    assertEquals(3, config.architecture().classes());
    assertEquals(List.of("0", "1", "2"), config.classNames());
    assertEquals(2, typed("--model=%s --newHead".formatted(model)).model().classes());
    assertMessage(
        "--newHead needs a model to start from", () -> typed("--model=mlp --newHead --classes=3"));
  }

  @Test
  void frozenLayersAreNamedByPatterns() {
    assertEquals(
        Set.of("conv2d", "conv2d_1", "conv2d_2", "dense"),
        typed("--model=cnn --freeze=conv2d*,dense").config(IMAGE).architecture().frozen());
    assertMessage(
        "Expected --freeze to match layers of softmax (dense, activation), found conv*",
        () -> typed("--model=softmax --freeze=conv*").config(IMAGE));
    assertMessage(
        "Expected --freeze to leave a layer to train, found all of softmax frozen",
        () -> typed("--model=softmax --freeze=*").config(IMAGE));
  }

  @Test
  void weightsBelongToAnArchitecture() {
    assertMessage(
        "--weights needs --model=FILE.json, the architecture it belongs to",
        () -> typed("--model=mlp --weights=w.h5"));
  }

  @Test
  void aModelOfItsOwnTakesNoPresetsOptions() {
    assertMessage(
        "--dropout and --padding do nothing to --model=other.keras",
        () -> typed("--model=other.keras --padding=same --dropout=0.5").config(IMAGE));
  }

  @Test
  void classNamesAreThoseOfTheModelThatTrainingStartsFromUnlessTyped() {
    Shape image = Shape.of(2, 2);
    assertEquals(List.of("cat", "dog"), typed("--model=" + model).config(image).classNames());
    assertEquals(
        List.of("a", "b"),
        typed("--model=%s --classNames=a,b".formatted(model)).config(image).classNames());
    assertEquals("7", typed("--model=cnn").config(IMAGE).classNames().get(7));
    assertEquals(
        List.of("cat", "dog"),
        typed("--model=softmax --classes=2").from(saved()).config(image).classNames());
  }

  @Test
  void aModelIsReadOnceHoweverManyTrialsStartFromIt() {
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
    CountedFileSystem.OPENED.clear();
    String path = "counted://" + model;
    Models models = new Models();
    for (String seed : List.of("1", "2", "3")) {
      TrainingJob job = typed("--model=" + path + " --seed=" + seed, models);
      job.config(Shape.of(2, 2));
      assertTrue(job.model().saved().isPresent());
      assertTrue(job.identity().contains("\nstart="));
    }
    assertEquals(List.of(path), CountedFileSystem.OPENED);
  }

  @Test
  void whatDecidesATrainingChangesItsIdentityAndWhatDoesNotDoesNot() {
    assertEquals(typed("--epochs=3").identity(), typed("--epochs=3 --data=x").identity());
    assertNotEquals(typed("--epochs=3").identity(), typed("--epochs=4").identity());
    assertNotEquals(typed("--epochs=3").identity(), typed("--epochs=3 --model=mlp").identity());
  }

  @Test
  void anOptimizerHasItsOwnRateAndSettings() throws IOException {
    assertEquals("adam", typed("").config(IMAGE).optimizer().name());
    TrainingConfig sgd = typed("--optimizer=sgd").config(IMAGE);
    assertEquals(Optimizers.named("sgd"), sgd.optimizer());
    assertEquals(0.01, sgd.learningRate().base());
    assertEquals(
        Optimizers.with(Optimizers.named("adam"), Map.of("beta1", 0.5, "epsilon", 0.001)),
        typed("--beta1=0.5 --epsilon=1e-3 --strategy=local-adam").config(IMAGE).optimizer());
    assertEquals("sgd", typed("--strategy=server-adam").config(IMAGE).optimizer().name());
  }

  @Test
  void whatDoesNotFitAnOptimizerIsRefused() {
    assertMessage(
        "Expected settings of adam (beta1, beta2, epsilon, amsgrad, weightDecay, clipnorm,"
            + " clipvalue, globalClipnorm), found momentum",
        () -> typed("--momentum=0.5").config(IMAGE));
    assertMessage(
        "Expected a strategy of local with the optimizer sgd, found local-adam",
        () -> typed("--optimizer=sgd --strategy=local-adam").config(IMAGE));
    assertMessage(
        "Expected an optimizer without state (sgd) with the strategy server-adam, found adam with"
            + " m, v",
        () -> typed("--optimizer=adam --strategy=server-adam").config(IMAGE));
  }

  @Test
  void aWayToClipIsEnough() {
    assertMessage(
        "Expected one of clipnorm, clipvalue and globalClipnorm, found clipnorm and clipvalue",
        () -> typed("--clipnorm=1 --clipvalue=0.5").config(IMAGE));
  }

  @Test
  void aScheduleAndAPlateauReachTheRates() {
    LearningRate rate =
        typed("--schedule=cosine:warmup=1;restarts=2 --reduceOnPlateau=factor=0.5,patience=3")
            .config(IMAGE)
            .learningRate();
    assertEquals(Schedule.of("cosine:warmup=1,restarts=2"), rate.schedule());
    assertEquals(ReduceOnPlateau.of("factor=0.5,patience=3"), rate.reduceOnPlateau());
    assertMessage(
        "Expected a schedule of constant, exponential, inversetime, polynomial, piecewise, cosine,"
            + " onecycle, found cos (--schedule=cos)",
        () -> typed("--schedule=cos"));
    assertMessage(
        "Expected factor above 0.0, below 1.0, found 2.0 (--reduceOnPlateau=factor=2)",
        () -> typed("--reduceOnPlateau=factor=2"));
    assertMessage(
        "--warmupEpochs does nothing to --schedule; cosine has a warmup of its own",
        () -> typed("--schedule=cosine --warmupEpochs=2"));
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
    assertEquals(
        Arrays.stream(Preprocessing.Scale.values()).map(Preprocessing.Scale::word).toList(),
        choices("pixels"));
    assertEquals(words(Gates.Figure.values()), wordsOf(new GateOptions(), "improvementOf"));
  }

  private static List<String> words(Enum<?>[] constants) {
    return Arrays.stream(constants).map(c -> c.name().toLowerCase(Locale.ROOT)).toList();
  }

  private static List<String> choices(String option) {
    return wordsOf(new ConfigOptions(), option);
  }

  private static List<String> wordsOf(Object options, String option) {
    return Objects.requireNonNull(Rule.of(options).get(option)).words().stream()
        .map(word -> word.replace('-', '_'))
        .toList();
  }

  private static TrainingJob typed() {
    return typed("");
  }

  private static TrainingJob typed(String line) {
    return typed(line, new Models());
  }

  private static TrainingJob typed(String line, Models models) {
    ConfigOptions options = new ConfigOptions();
    List<String> words = line.isEmpty() ? List.of() : List.of(line.split(" "));
    Arguments arguments = Arguments.parse(options, words);
    try {
      return TrainingJobs.of(options, arguments.given(), Optional.empty(), models);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertMessage(String message, Executable typed) {
    assertEquals(message, assertThrows(UsageException.class, typed).getMessage());
  }

  private static TrainingConfig named(TrainingConfig any, String... names) {
    return new TrainingConfig(
        any.architecture(),
        any.preprocessing(),
        any.kernels(),
        any.seed(),
        any.epochs(),
        any.batchSize(),
        any.parallel(),
        any.learningRate(),
        any.stopping(),
        any.split(),
        List.of(names));
  }
}
