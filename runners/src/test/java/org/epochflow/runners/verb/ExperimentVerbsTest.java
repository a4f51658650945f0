package org.epochflow.runners.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.epochflow.model.nn.Loss;
import org.epochflow.model.nn.Regularizer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.experiment.ExperimentFolder;
import org.epochflow.pipeline.experiment.ExperimentJob;
import org.epochflow.pipeline.experiment.ExperimentJob.Candidate;
import org.epochflow.pipeline.experiment.Rungs;
import org.epochflow.runners.SmallFiles;
import org.epochflow.runners.cli.Programs;
import org.epochflow.runners.request.Arguments;
import org.epochflow.runners.request.OptionsFile;
import org.epochflow.runners.request.Runner;
import org.epochflow.runners.request.TrialPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From the words of tune and crossvalidate to their trials. */
class ExperimentVerbsTest {
  private static final Shape IMAGE = Shape.of(28, 28);
  private final Path folder;
  private String err = "";

  ExperimentVerbsTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    SmallFiles.write(folder);
  }

  private int run(String line) {
    List<String> words = new ArrayList<>(List.of(line.split(" +")));
    words.add("--data=" + folder);
    words.add("--output=" + folder.resolve("out"));
    Programs.Result result = Programs.run(words.toArray(String[]::new));
    err = result.err();
    return result.exit();
  }

  private Call call(Verb verb, String line) {
    List<String> words = new ArrayList<>(List.of(line.split(" +")));
    words.add("--data=" + folder);
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new Call(
        words,
        Arguments.parse(verb, words),
        new Runner(PipelineOptionsFactory.create()),
        nowhere,
        nowhere);
  }

  private TuneVerb.Plan tuning(String line) throws IOException {
    TuneVerb tune = new TuneVerb();
    Call call = call(tune, line);
    return tune.plan(call, ExperimentFolder.ofTuning(folder.resolve("out").toString()));
  }

  private ExperimentJob folds(String line) throws IOException {
    CrossvalidateVerb verb = new CrossvalidateVerb();
    Call call = call(verb, line);
    return verb.job(call, ExperimentFolder.ofCrossValidation(folder.resolve("out").toString()));
  }

  private List<Map<String, String>> tried(String line) throws IOException {
    return tuning(line).job().candidates().stream().map(Candidate::options).toList();
  }

  @Test
  void augmentationsAreTriedWithPlusSignsBetweenThem() throws IOException {
    TuneVerb.Plan plan = tuning("--tune=augment=none,flip,flip+rotate=10");
    assertEquals(
        List.of("none", "flip", "flip,rotate=10"),
        plan.job().candidates().stream().map(each -> each.options().get("augment")).toList());
    assertTrue(plan.trials().get(2).arguments().words().contains("--augment=flip,rotate=10"));
  }

  @Test
  void regularizersAndLossesAreTried() throws IOException {
    TuneVerb.Plan plan =
        tuning(
            "--model=mlp --classes=2 --tune=l2=0,0.01 --tune=labelSmoothing=0,0.1"
                + " --tune=classWeights=none,balanced,0:1+1:3");
    assertEquals(12, plan.trials().size());
    assertEquals(
        Set.of("none", "balanced", "0:1.0,1:3.0"),
        plan.job().candidates().stream()
            .map(each -> each.options().get("classWeights"))
            .collect(Collectors.toSet()));
    TrainingConfig last = plan.job().candidates().get(11).training().config(Shape.of(2, 2));
    assertEquals(new Loss(false, 0.1, List.of(1.0, 3.0)), last.loss());
    assertEquals(
        new Regularizer(0, 0.01), last.architecture().variables().get(0).get(0).regularizer());
  }

  @Test
  void aGridTriesEveryCombination() throws IOException {
    List<Map<String, String>> trials =
        tried("--model=mlp --epochs=3 --tune=dropout=0,0.5 --tune=batchSize=32,64");
    assertEquals(4, trials.size());
    assertEquals(Map.of("dropout", "0.5", "batchSize", "32"), trials.get(2));
    TrialPlan third =
        tuning("--model=mlp --epochs=3 --tune=dropout=0,0.5 --tune=batchSize=32,64")
            .trials()
            .get(2);
    assertEquals(32, third.candidate().training().config(IMAGE).batchSize());
    assertEquals(
        List.of("--batchSize=32", "--data=" + folder, "--dropout=0.5", "--epochs=3", "--model=mlp"),
        third.arguments().words());
  }

  @Test
  void halvingDrawsItsTrialsForABudget() throws IOException {
    TuneVerb.Plan plan =
        tuning("--search=halving --budget=21 --epochs=9 --tune=learningRate=1e-4..0.1:log");
    assertEquals(9, plan.trials().size());
    assertEquals(Rungs.halving(9, 9, 3), plan.tuning().rungs());
  }

  @Test
  void aSpaceInAFileIsTheSame() throws IOException {
    List<Map<String, String>> typed =
        tried(
            "--search=random --trials=5 --tune=learningRate=0.001..0.1:log"
                + " --tune=strategy=local-adam,server-adam");
    Path file = folder.resolve("space.json");
    Files.writeString(
        file,
        """
        {"learningRate": "0.001..0.1:log", "strategy": ["local-adam", "server-adam"]}
        """);
    assertEquals(typed, tried("--search=random --trials=5 --space=" + file));
  }

  @Test
  void optimizersAndSchedulesAreTried() throws IOException {
    List<Map<String, String>> trials =
        tried(
            "--tune=optimizer=adamw,lion --tune=weightDecay=0,0.5"
                + " --tune=schedule=constant,cosine:warmup=1;restarts=1");
    assertEquals(8, trials.size());
    assertEquals(
        "cosine:warmup=1,warmupStart=0,decaySteps=0,alpha=0,restarts=1,tMul=2,mMul=1",
        trials.get(7).get("schedule"));
    assertEquals("lion", trials.get(7).get("optimizer"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--tune=dropout=0,1.5 | Expected --dropout to be a number, at least 0 and below 1, found '1.5'",
        "--tune=dropout=0.1,0.2 --model=softmax | --dropout does nothing to --model=softmax",
        "--tune=rate=1,2 | Expected --tune of one of ",
        "--tune=learningrate=1,2 | ; did you mean learningRate?",
        "--tune=epochs | Expected --tune=OPTION=VALUES, as in --tune=dropout=0,0.25, found --tune=epochs",
        "--tune=epochs=1,2 --tune=epochs=3 | Expected --tune=epochs once, found it twice",
        "--tune=epochs=1,2 --epochs=3 | Expected --epochs or --tune=epochs=1,2, found both",
        "--tune=epochs=2,2 | Expected every value of --tune=epochs once, found 2 twice",
        "--tune=epochs=9..3 | Expected --tune=epochs from a number to a larger one, found 9..3",
        "--tune=minDelta=0..1:log | Expected --tune=minDelta of numbers above 0 for :log, found 0..1:log",
        "--tune=epochs=1..x | Expected --epochs to be a whole number, at least 1, found 'x'",
        "--tune=schedule=constant,cos | found cos (--schedule=cos)",
        "--tune=optimizer=adam,sgd --tune=beta1=0.5,0.9 | found beta1",
        "--tune=output=a,b | Expected --tune of one of ",
        "--search=grid | tune needs --tune=OPTION=VALUES or --space=FILE",
        "--tune=epochs=1,2 --trials=3 | --trials does nothing to --search=grid",
        "--tune=epochs=1,2 --search=random | --search=random needs --trials=N or --budget=EPOCHS, not both",
        "--tune=epochs=1,2 --search=random --trials=3 | Expected as many combinations as trials, 3, found 2; --search=grid tries them all",
        "--tune=batchSize=1,2 --budget=9 --epochs=5 | Expected --budget of 10 or more, which 2 trials of --epochs=5 may take, found 9",
        "--tune=batchSize=1,2 --search=random --budget=4 --epochs=5 | Expected --budget of 5 or more, the epochs of one trial, found 4",
      })
  void whatCannotBeTunedIsRefusedBeforeAnythingRuns(String words, String message) {
    assertEquals(2, run("tune " + words));
    assertTrue(err.startsWith("epochflow: ") && err.contains(message), err);
    assertEquals(1, err.lines().count(), err);
    assertFalse(Files.exists(folder.resolve("out")));
  }

  @Test
  void everyFoldIsATrial() throws IOException {
    assertEquals(
        List.of(
            SplitRule.ofFold(1, 3, true),
            SplitRule.ofFold(2, 3, true),
            SplitRule.ofFold(3, 3, true)),
        folds("--folds=3 --stratify").candidates().stream()
            .map(fold -> fold.training().config(IMAGE).split())
            .toList());
    assertEquals(5, folds("--epochs=2").candidates().size());
  }

  @Test
  void whereLabelsBeginIsSaid() throws IOException {
    for (String part : List.of("train", "t10k")) {
      Path labels = folder.resolve(part + "-labels-idx1-ubyte");
      byte[] bytes = Files.readAllBytes(labels);
      for (int i = 8; i < bytes.length; i++) {
        bytes[i]++;
      }
      Files.write(labels, bytes);
    }
    assertEquals(0, run("crossvalidate --folds=2 --model=softmax --classes=2 --epochs=1"), err);
    assertTrue(err.contains("The labels run from 1 to 2, so class 0 is label 1;"), err);
  }

  @Test
  void classesAreNamedInEveryTrialAlsoByAFile() throws IOException {
    Files.writeString(folder.resolve("names"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
    ExperimentJob job =
        tuning("--tune=batchSize=32,64 --classNames=" + folder.resolve("sub/../names")).job();
    assertTrue(
        OptionsFile.parse(job.request()).contains("--classNames=" + folder.resolve("names")));
    for (Candidate trial : job.candidates()) {
      assertEquals("c", trial.training().config(IMAGE).classNames().get(2));
    }
    String request = folds("--classNames=fashion-mnist").request();
    assertTrue(OptionsFile.parse(request).contains("--classNames=fashion-mnist"));
  }

  @Test
  void whatWasAskedThenIsTakenAndNothingElse() throws IOException {
    ExperimentFolder.ofTuning(folder.resolve("out").toString())
        .begin(tuning("--epochs=3 --tune=batchSize=32,64").job().request());
    assertEquals(2, run("tune --epochs=3 --tune=batchSize=32,64"));
    assertTrue(err.contains("--resume continues it"), err);
    assertEquals(2, tried("--resume").size());
    assertEquals(2, tried("--resume --epochs=3").size());
    assertEquals(2, run("tune --resume --epochs=4"));
    assertEquals(
        "epochflow: Expected --epochs as when it began (3), or not at all, found 4\n", err);
    assertEquals(2, run("tune --resume --maxRejected=1%"));
    assertEquals(
        "epochflow: Expected --maxRejected as when it began (not given), or not at all, found 1%\n",
        err);
    assertEquals(2, run("tune --resume --seed=4"));
    assertEquals(
        "epochflow: Expected --seed as when it began (not given), or not at all, found 4\n", err);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"epochs\": 0} | Expected --epochs to be a whole number, at least 1, found '0'",
        "{\"folders\": 2} | train has no option --folders",
        "{\"epochs\": {\"a\": 1}} | Expected text, numbers, true or false for epochs, found {\"a\":1}",
        "[1] | Expected a JSON object of values by option, found another value",
        "epochs=3 | Expected a JSON object of values by option, found no JSON",
      })
  void whatIsWrongInAnOptionsFileNamesTheFile(String text, String message) throws IOException {
    Path file = folder.resolve("best.json");
    Files.writeString(file, text);
    assertEquals(2, run("train --options=" + file));
    assertTrue(err.contains(message) && err.endsWith("(" + file + ")\n"), err);
  }

  @Test
  void anOptionsFileThatIsNotThereIsNamed() {
    assertEquals(2, run("train --options=" + folder.resolve("none.json")));
    assertEquals("epochflow: No such file: " + folder.resolve("none.json") + "\n", err);
  }
}
