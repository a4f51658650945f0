package org.epochflow.runners.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.epochflow.pipeline.data.Source;
import org.epochflow.runners.verb.Pipelines;
import org.epochflow.runners.verb.RecordedPipelines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is printed, and the exit code, for whole command lines. */
class ProgramTest {
  private static final String VERBS =
      "train, evaluate, predict, tune, crossvalidate, show, retrain, registry list, registry show, registry promote, registry rollback,"
          + " registry verify, completion";
  private final Path folder;
  private final RecordedPipelines pipelines = new RecordedPipelines();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  ProgramTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    for (String name :
        List.of(
            "train-images-idx3-ubyte",
            "train-labels-idx1-ubyte.gz",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte")) {
      Files.createFile(folder.resolve(name));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "trian | Expected one of VERBS, found trian; did you mean train?",
        "flower | Expected one of VERBS, found flower",
        "registry all | Expected one of registry list, registry show, registry promote, registry rollback, registry verify, found registry all",
        "--epochs=3 | Expected a verb first (VERBS), found --epochs=3",
        "train --epoch=3 | train has no option --epoch; did you mean --epochs?",
        "train --batch_size=3 | train has no option --batch_size; did you mean --batchSize?",
        "train --xylophone=3 | train has no option --xylophone",
        "evaluate --epochs=3 | --epochs is an option of train and tune and crossvalidate and retrain, not of evaluate",
        "train --validation | --validation is an option of evaluate, not of train",
        "train -epochs=3 | Expected two dashes: --epochs=3, found -epochs=3",
        "train run1 | Expected options after train, each as --name=value, found 'run1'",
        "train - | Expected options after train, each as --name=value, found '-'",
        "train --epochs 3 | Expected a value after =, as in --epochs=3, found --epochs alone",
        "train --data | Expected a value after =, as in --data=DIR, found --data alone",
        "train --data= | Expected a folder, found none in --data=",
        "train --epochs=3 --epochs=4 | Expected --epochs once, found it twice",
        "train --epochs=0 | Expected --epochs to be a whole number, at least 1, found '0'",
        "train --epochs=1.5 | Expected --epochs to be a whole number, at least 1, found '1.5'",
        "train --epochs= | Expected --epochs to be a whole number, at least 1, found ''",
        "train --seed=x | Expected --seed to be a whole number, found 'x'",
        "train --dropout=1 | "
            + "Expected --dropout to be a number, at least 0 and below 1, found '1'",
        "train --validationSplit=0 | "
            + "Expected --validationSplit to be a number, above 0 and below 1, found '0'",
        "train --filterMultiplier=65 | "
            + "Expected --filterMultiplier to be a number, above 0 and at most 64, found '65'",
        "train --learningRate=NaN | "
            + "Expected --learningRate to be a number, above 0, found 'NaN'",
        "train --learningRate=Infinity | "
            + "Expected --learningRate to be a number, above 0, found 'Infinity'",
        "train --strategy=adam | "
            + "Expected --strategy to be one of local, local-adam, server-adam, found 'adam'",
        "train --stratify=yes | Expected --stratify to be true or false, found 'yes'",
        "train --targetParallelism=x | "
            + "Expected --targetParallelism to be a whole number, found 'x'",
        "train --resume | --resume needs --output=RUN, the run to continue",
        "train --model=sofmax | Expected --model to be one of softmax, mlp, cnn,"
            + " or a file or a run, found sofmax; did you mean softmax?",
        "train --padding=same | --padding does nothing to --model=softmax",
        "train --trainImages=none | No such file: --trainImages=none",
        "train --data=none | Expected a folder with train-images-idx3-ubyte and"
            + " train-labels-idx1-ubyte, gzipped or not, or an .npz file with x_train and y_train,"
            + " found none (--data=none)",
        "train | Expected --data=DIR; without it, the data set that comes with the program is for"
            + " the launcher ./epochflow to find",
        "evaluate --model=m | Expected --data=DIR or --testImages=FILE, found neither",
      })
  void badUsageIsOneMessage(String line, String message) {
    assertEquals(2, run(line.split(" ")));
    assertEquals("epochflow: " + message.replace("VERBS", VERBS) + "\n", text(err));
    assertEquals("", text(out));
    assertEquals(List.of(), pipelines.trainings);
  }

  @Test
  void whatIsRequiredIsNamed() {
    assertEquals(2, run("evaluate"));
    assertEquals("epochflow: evaluate needs --model=FILE|RUN\n", text(err));
  }

  @Test
  void aRunnerThatIsNotThereIsNamed() {
    assertEquals(2, run("train", "--runner=MoonRunner"));
    assertTrue(text(err).contains("MoonRunner"), text(err));
    assertEquals(1, text(err).lines().count());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--help",
        "help",
        "train --help",
        "help evaluate",
        "evaluate -h",
        "help registry show",
        "help registry",
        "registry",
        "registry --help"
      })
  void helpFitsTheScreen(String line) {
    assertEquals(0, run(line.isEmpty() ? new String[0] : line.split(" ")));
    assertEquals("", text(err));
    assertTrue(text(out).contains("Usage: epochflow "), text(out));
    text(out).lines().forEach(l -> assertTrue(l.length() <= 100, l));
  }

  @Test
  void helpShowsRangesChoicesAndDefaults() {
    run("train", "--help");
    String help = text(out).replaceAll("\\s+", " ");
    assertTrue(help.contains("--epochs=N Maximum number of epochs [at least 1; default 20]"), help);
    assertTrue(help.contains("--padding=valid|same "), help);
    assertTrue(
        help.contains(
            "[above 0; default 0.001 with adam, Keras's with another"
                + " optimizer, or 0.1 with server-adam]"),
        help);
    assertTrue(help.contains("[at least 0 and below 1; default 0.25 for mlp, 0.2 for cnn]"), help);
  }

  @Test
  void helpOfRunnersIsBeams() {
    assertEquals(0, run("--help=runner"));
    assertTrue(text(out).contains("--targetParallelism"), text(out));
    assertFalse(text(out).contains("--epochs"), text(out));
  }

  @Test
  void versionIsOneLine() {
    assertEquals(0, run("--version"));
    assertEquals("epochflow (not packaged)\n", text(out));
  }

  @Test
  void trainingPrintsFiguresAndWhereTheyLie() {
    assertEquals(0, run("train", "--data=" + folder, "--output=" + folder.resolve("run1")));
    assertEquals(
        """
         1/20      1.0  0.5000    1.0000    0.2500        1.0000  saved as best

        Diagnosis: still improving
        One epoch shows no trend yet: training loss 0.5000, validation loss 0.2500.
        Train for more epochs; a resumed run goes on.

        Test of the best model  loss: 0.5000  accuracy: 1.0000  (1 examples)

        Confusion (rows: true, columns: predicted)
              0  1
        0     0  0
        1     0  1

        class  precision  recall      f1  support
        0         0.0000  0.0000  0.0000        0
        1         1.0000  1.0000  1.0000        1

        FOLDER/run1
        metrics.json
        """,
        text(out).replace(folder.toString(), "FOLDER"));
    assertEquals("", text(err));
  }

  @Test
  void quietTrainingPrintsPathsAlone() {
    assertEquals(0, run("train", "--quiet", "--data=" + folder, "--output=run1"));
    assertEquals("run1\nmetrics.json\n", text(out));
  }

  @Test
  void aLossThatIsNotFiniteFails() {
    pipelines.validationLoss = Float.NaN;
    assertEquals(1, run("train", "--data=" + folder, "--output=run1"));
    assertEquals(
        "epochflow: Stopped: the loss is no longer finite; try a lower --learningRate; there is no"
            + " best model\n",
        text(err));
  }

  @Test
  void filesOfTheirOwnReplaceTheFolders() throws Exception {
    Path other = Files.createFile(folder.resolve("other"));
    assertEquals(
        0, run("train", "--data=" + folder, "--testImages=" + other, "--output=" + folder));
    Pipelines.Training training = pipelines.trainings.get(0);
    assertEquals(
        List.of(
            new Source(
                folder + "/train-images-idx3-ubyte", folder + "/train-labels-idx1-ubyte.gz")),
        training.train().orElseThrow().pairs());
    assertEquals(
        List.of(new Source(other.toString(), folder + "/t10k-labels-idx1-ubyte")),
        training.test().orElseThrow().pairs());
  }

  @Test
  void aResumedRunReadsWhatItReadBefore() {
    assertEquals(0, run("train", "--resume", "--output=run1"));
    assertTrue(pipelines.trainings.get(0).train().isEmpty());
    assertEquals(0, run("train", "--resume=true", "--output=run1", "--data=" + folder));
    assertTrue(pipelines.trainings.get(1).train().isPresent());
  }

  @Test
  void evaluatingReadsTheTestFilesOrThoseToTrainOn() {
    assertEquals(0, run("evaluate", "--quiet", "--model=m", "--data=" + folder));
    assertEquals(
        0, run("evaluate", "--quiet", "--model=m", "--validation", "--data=" + folder + "/"));
    assertEquals(
        folder + "/t10k-images-idx3-ubyte.gz\n" + folder + "/train-images-idx3-ubyte\n", text(out));
  }

  private int run(String... args) {
    return new Program(pipelines)
        .run(
            args,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
