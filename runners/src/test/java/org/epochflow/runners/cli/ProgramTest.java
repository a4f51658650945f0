package org.epochflow.runners.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is printed, and the exit code, for whole command lines. */
class ProgramTest {
  private static final String VERBS =
      "train, evaluate, predict, export, serve, tune, crossvalidate, show, convert, retrain, registry list,"
          + " registry show, registry promote, registry rollback, registry verify, registry recover, completion";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "trian | Expected one of VERBS, found trian; did you mean train?",
        "flower | Expected one of VERBS, found flower",
        "registry all | Expected one of registry list, registry show, registry promote, registry rollback, registry verify, registry recover, found registry all",
        "--epochs=3 | Expected a verb first (VERBS), found --epochs=3",
        "train --epoch=3 | train has no option --epoch; did you mean --epochs?",
        "train --batch_size=3 | train has no option --batch_size; did you mean --batchSize?",
        "train --xylophone=3 | train has no option --xylophone",
        "evaluate --epochs=3 | --epochs is an option of train and tune and crossvalidate and show and retrain, not of evaluate",
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
        "train --maxRejected=0.5 | Expected --maxRejected to be a count, or a percentage such as 0.5%"
            + " of at most 100%, found '0.5'",
        "train --stratify=yes | Expected --stratify to be true or false, found 'yes'",
        "train --targetParallelism=x | "
            + "Expected --targetParallelism to be a whole number, found 'x'",
        "train --targetParallelism=0 | "
            + "Expected --targetParallelism to be a whole number, at least 1, found '0'",
        "train --runner=FlinkRunner --flinkMaster=::1:8081 | Expected --flinkMaster=HOST:PORT, the REST"
            + " address of a session cluster (runners/flink/cluster starts one), found ::1:8081",
        "train --runner=FlinkRunner --flinkMaster=[::1]:8081 --data=none --testData=none | No such"
            + " file or folder: --data=none",
        "train --resume | --resume needs --output=RUN, the run to continue",
        "train --model=sofmax | Expected --model to be one of softmax, mlp, cnn, lenet,"
            + " resnet, fast, or a file or a run, found sofmax; did you mean softmax?",
        "train --padding=same | --padding does nothing to --model=softmax",
        "train --trainImages=none | No such file: --trainImages=none",
        "train --data=none | No such file or folder: --data=none",
        "train | Expected --data=DIR; without it, the data set that comes with the program is for"
            + " the launcher ./epochflow to find",
        "evaluate --model=m | Expected --data=DIR or --testImages=FILE, found neither",
      })
  void badUsageIsOneMessage(String line, String message) {
    assertEquals(
        new Programs.Result(2, "", "epochflow: " + message.replace("VERBS", VERBS) + "\n"),
        Programs.run(line.split(" ")));
  }

  @Test
  void whatIsRequiredIsNamed() {
    assertEquals(
        new Programs.Result(2, "", "epochflow: evaluate needs --model=FILE|RUN\n"),
        Programs.run("evaluate"));
  }

  @Test
  void aRunnerThatIsNotThereIsNamed() {
    Programs.Result result = Programs.run("train", "--runner=MoonRunner");
    assertEquals(2, result.exit());
    assertTrue(result.err().contains("MoonRunner"), result.err());
    assertEquals(1, result.err().lines().count());
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
    Programs.Result result = Programs.run(line.isEmpty() ? new String[0] : line.split(" "));
    assertEquals(0, result.exit());
    assertEquals("", result.err());
    assertTrue(result.out().contains("Usage: epochflow "), result.out());
    result.out().lines().forEach(l -> assertTrue(l.length() <= 100, l));
  }

  @Test
  void helpShowsRangesChoicesAndDefaults() {
    String help = Programs.run("train", "--help").out().replaceAll("\\s+", " ");
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
    String help = Programs.run("--help=runner").out();
    assertTrue(help.contains("--targetParallelism"), help);
    assertFalse(help.contains("--epochs"), help);
  }

  @Test
  void versionIsOneLine() {
    assertEquals(
        new Programs.Result(0, "epochflow (not packaged)\n", ""), Programs.run("--version"));
  }
}
