package org.epochflow.runners.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.epochflow.model.train.SplitRule;
import org.epochflow.pipeline.experiment.Rungs;
import org.epochflow.runners.cli.Programs;
import org.epochflow.runners.option.ConfigOptions;
import org.epochflow.runners.request.OptionsFile;
import org.epochflow.runners.request.TrialPlan;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From the words of tune and crossvalidate to their trials. */
class ExperimentVerbsTest {
  private final Path folder;
  private final RecordedPipelines pipelines = new RecordedPipelines();
  private String out = "";
  private String err = "";

  ExperimentVerbsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void writeData() throws IOException {
    for (String part : List.of("train", "t10k")) {
      Files.writeString(folder.resolve(part + "-images-idx3-ubyte"), "");
      Files.writeString(folder.resolve(part + "-labels-idx1-ubyte"), "");
    }
  }

  private int run(String line) {
    List<String> words = new ArrayList<>(List.of(line.split(" +")));
    words.add("--data=" + folder);
    words.add("--output=" + folder.resolve("out"));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    int exit =
        Programs.run(
            pipelines,
            words.toArray(String[]::new),
            new PrintStream(printed, true, StandardCharsets.UTF_8),
            new PrintStream(complained, true, StandardCharsets.UTF_8));
    out = printed.toString(StandardCharsets.UTF_8);
    err = complained.toString(StandardCharsets.UTF_8);
    return exit;
  }

  private List<Map<String, String>> tried(String line) {
    assertEquals(0, run(line), err);
    return pipelines.experiments.get(pipelines.experiments.size() - 1).trials().stream()
        .map(TrialPlan::replaced)
        .toList();
  }

  @Test
  void aGridTriesEveryCombination() throws IOException {
    List<Map<String, String>> trials =
        tried("tune --model=mlp --epochs=3 --tune=dropout=0,0.5 --tune=batchSize=32,64");
    assertEquals(4, trials.size());
    assertEquals(Map.of("dropout", "0.5", "batchSize", "32"), trials.get(2));
    TrialPlan third = pipelines.experiments.get(0).trials().get(2);
    assertEquals(32, third.configs().begin(RecordedPipelines.IMAGE).batchSize());
    assertEquals(
        List.of("--batchSize=32", "--data=" + folder, "--dropout=0.5", "--epochs=3", "--model=mlp"),
        third.arguments().words());
  }

  @Test
  void halvingDrawsItsTrialsForABudget() {
    List<Map<String, String>> trials =
        tried("tune --search=halving --budget=21 --epochs=9 --tune=learningRate=1e-4..0.1:log");
    assertEquals(9, trials.size());
    assertEquals(Rungs.halving(9, 9, 3), pipelines.plans.get(0).rungs());
    assertTrue(out.startsWith("9 trials, the best 3 to epoch 3, the best 1 to epoch 9; "), out);
  }

  @Test
  void aSpaceInAFileIsTheSame() throws IOException {
    List<Map<String, String>> typed =
        tried(
            "tune --search=random --trials=5 --tune=learningRate=0.001..0.1:log"
                + " --tune=strategy=local-adam,server-adam");
    Path file = folder.resolve("space.json");
    Files.writeString(
        file,
        """
        {"learningRate": "0.001..0.1:log", "strategy": ["local-adam", "server-adam"]}
        """);
    assertEquals(typed, tried("tune --search=random --trials=5 --space=" + file));
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
    assertTrue(pipelines.experiments.isEmpty());
  }

  @Test
  void everyFoldIsATrial() throws IOException {
    assertEquals(1, run("crossvalidate --folds=3 --stratify --epochs=2"), "no fold has a figure");
    List<SplitRule> splits = new ArrayList<>();
    for (TrialPlan fold : pipelines.experiments.get(0).trials()) {
      splits.add(fold.configs().begin(RecordedPipelines.IMAGE).split());
    }
    assertEquals(
        List.of(
            SplitRule.ofFold(1, 3, true),
            SplitRule.ofFold(2, 3, true),
            SplitRule.ofFold(3, 3, true)),
        splits);
    run("crossvalidate");
    assertEquals(5, pipelines.experiments.get(1).trials().size());
  }

  @Test
  void classesAreNamedInEveryTrialAlsoByAFile() throws IOException {
    Files.writeString(folder.resolve("names"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
    run("tune --tune=batchSize=32,64 --classNames=" + folder.resolve("sub/../names"));
    run("crossvalidate --classNames=fashion-mnist");
    List<Pipelines.Experiment> asked = pipelines.experiments;
    assertEquals(
        List.of("--classNames=" + folder.resolve("names")),
        OptionsFile.parse(asked.get(0).request()).stream()
            .filter(w -> w.startsWith("--classNames"))
            .toList());
    assertEquals(
        List.of("--classNames=fashion-mnist"),
        OptionsFile.parse(asked.get(1).request()).stream()
            .filter(w -> w.startsWith("--classNames"))
            .toList());
    for (TrialPlan trial : asked.get(0).trials()) {
      assertEquals("c", trial.configs().begin(RecordedPipelines.IMAGE).classNames().get(2));
    }
  }

  @Test
  void whatWasAskedThenIsTakenAndNothingElse() {
    run("tune --epochs=3 --tune=batchSize=32,64");
    pipelines.asked = Optional.of(pipelines.experiments.get(0).request());
    assertEquals(2, run("tune --epochs=3 --tune=batchSize=32,64"));
    assertTrue(err.contains("--resume continues it"), err);
    assertEquals(2, tried("tune --resume").size());
    assertEquals(2, tried("tune --resume --epochs=3").size());
    assertEquals(2, run("tune --resume --epochs=4"));
    assertEquals(
        "epochflow: Expected --epochs as when it began (3), or not at all, found 4\n", err);
    assertEquals(2, run("tune --resume --seed=4"));
    assertEquals(
        "epochflow: Expected --seed as when it began (not given), or not at all, found 4\n", err);
  }

  @Test
  void anOptionsFileGivesWhatIsNotTyped() throws IOException {
    Path file = folder.resolve("best.json");
    Files.writeString(
        file, "{\"model\": \"mlp\", \"epochs\": 7, \"stratify\": true, \"learningRate\": 1e-4}");
    assertEquals(0, run("train --epochs=3 --options=" + file), err);
    ConfigOptions options = pipelines.trainings.get(0).verb().config;
    assertEquals("mlp", options.model.model);
    assertEquals(3, options.training.epochs);
    assertEquals(1e-4, options.training.learningRate);
    assertTrue(options.folds.stratify);
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
