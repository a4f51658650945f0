package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad input: one line that names what is wrong, exit code 2, and nothing left behind. */
class BadInputIT {
  private final Path folder;
  private final Program program;

  BadInputIT(@TempDir Path folder) {
    this.folder = folder;
    program = new Program(folder);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wrong-magic-images-idx3-ubyte | Expected magic 0x00000803 .* found 0x00000801 FILE",
        "wrong-type-images-idx3-ubyte | Expected magic 0x00000803 .* found 0x00000A03 FILE",
        "truncated-header-images-idx3-ubyte | Expected 3 sizes .* found end of file at byte 13 FILE",
        "truncated-images-idx3-ubyte | Expected end of file .* at byte 76, found it at byte 71 FILE",
        "trailing-images-idx3-ubyte | Expected end of file .* at byte 76, found it at byte 79 FILE",
        "overflow-images-idx3-ubyte | Expected sizes whose product fits 63 bits .* found 2147483647 x .* FILE",
        "empty-images-idx3-ubyte | Expected magic .* found an empty file FILE",
        "zero-images-idx3-ubyte | Expected at least 1 record .* found 0 FILE",
        "no-pixels-images-idx3-ubyte | Expected at least 1 pixel per image .* found 4 x 0 FILE",
        "corrupt-images-idx3-ubyte.gz | Expected intact gzip data .* found corrupt data.* FILE",
        "truncated-images-idx3-ubyte.gz | Expected more gzip data .* found end of file FILE",
        "text-images-idx3-ubyte | Expected magic .* found text .* FILE",
        "nosuch-images-idx3-ubyte | No such file: --trainImages=.*nosuch-images-idx3-ubyte",
      })
  void badImages(String file, String message) throws Exception {
    refuses(files(file, "good-labels-idx1-ubyte"), file, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wrong-magic-labels-idx1-ubyte | Expected magic 0x00000801 .* found 0x00000803 FILE",
        "truncated-labels-idx1-ubyte | Expected end of file .* at byte 13, found it at byte 12 FILE",
        "trailing-labels-idx1-ubyte | Expected end of file .* at byte 13, found it at byte 14 FILE",
        "overflow-labels-idx1-ubyte | Expected a size of at most 2147483647 .* found 4294967295 FILE",
        "empty-labels-idx1-ubyte | Expected magic .* found an empty file FILE",
        "zero-labels-idx1-ubyte | Expected 5 labels.* found 0 FILE",
        "fewer-labels-idx1-ubyte | Expected 5 labels.* found 4 FILE",
        "beyond-classes-labels-idx1-ubyte | Expected labels of 0 to 9, found others in 2 of .* records: 10 at record 2 FILE, 255 at record 4 FILE; --classes says how many classes there are",
      })
  void badLabels(String file, String message) throws Exception {
    refuses(files("good-images-idx3-ubyte", file), file, message);
  }

  private static List<String> files(String images, String labels) {
    return List.of(
        "train",
        "--trainImages=" + Program.MALFORMED.resolve(images),
        "--trainLabels=" + Program.MALFORMED.resolve(labels),
        "--testImages=" + Program.MALFORMED.resolve("good-images-idx3-ubyte"),
        "--testLabels=" + Program.MALFORMED.resolve("good-labels-idx1-ubyte"));
  }

  private void refuses(List<String> words, String named, String message) throws Exception {
    refuses(words, message.replace("FILE", "\\(.*/" + named + "\\)"));
  }

  private void refuses(List<String> words, String message) throws Exception {
    Map<String, Long> before = new RunFiles(folder).content();
    String refusal = program.run(words).refusal(2);
    assertTrue(refusal.matches("epochflow: " + message), refusal);
    assertEquals(before, new RunFiles(folder).content(), "Expected nothing to be left");
  }

  @Test
  void aBudgetLetsRecordsBeRejected() throws Exception {
    List<String> words =
        new ArrayList<>(files("good-images-idx3-ubyte", "beyond-classes-labels-idx1-ubyte"));
    words.addAll(List.of("--maxRejected=2", "--output=run", "--epochs=1"));
    Program.Output output = program.run(words).done();
    assertTrue(output.out().contains("\n2 records were left out\n"), output.out());
    assertEquals(
        """
        part,folder,file,record,reason
        train,FOLDER,beyond-classes-labels-idx1-ubyte,2,label 10 of 10 classes
        train,FOLDER,beyond-classes-labels-idx1-ubyte,4,label 255 of 10 classes
        """
            .replace("FOLDER", Program.MALFORMED.toString()),
        Files.readString(folder.resolve("run/data/rejected.csv")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--validationSplit=0.99 | Expected examples to train on, found --validationSplit=0.99 .*",
        "--model=GOLDEN/models/mlp.keras --optimizer=adam | Expected images that fit --model=.*mlp.keras, .* \\(30,\\),"
            + " found images of \\(4, 3\\) \\(.*good-images-idx3-ubyte\\)",
        "--model=mlp.json | Expected images that fit --model=mlp.json, .* found images of .*",
        "--model=damaged.keras | Expected a .keras file, which is a zip, found .*damaged.keras\\)",
        "--model=GOLDEN/models/lstm.keras | Expected a layer that .* found LSTM .*lstm.keras.*",
        "--model=nosuch.keras | No such file: .*nosuch.keras",
        "--model=cnn | .*max_pooling2d: expected an input of at least .* found .*",
        "--model=clm | Expected --model to be one of .*, found clm; did you mean c.*",
        "--output=damaged.keras | Expected an output folder that can be written, found .*",
        "--output=damaged.keras/run | Expected an output folder that can be written, found .*",
        "--output=/proc/run | Expected an output folder that can be written, found /proc/run",
        "--learningRate=NaN | Expected --learningRate to be a number, above 0, found 'NaN'",
        "--batchSize=1e3 | Expected --batchSize to be a whole number, at least 1 .*, found '1e3'",
        "--replicas=3000000000 | Expected --replicas to be a whole number, .* found '3000000000'",
        "--validationSplit=1 | Expected --validationSplit to be a number, .* found '1'",
        "--labelSmoothing=1 | Expected --labelSmoothing to be a number, .* below 1, found '1'",
        "--l2=-1 | Expected --l2 to be a number, at least 0, found '-1'",
        "--classWeights=even | Expected balanced, none, or class weights such as 0:1,1:3, found"
            + " 'even' \\(--classWeights=even\\)",
        "--classWeights=10:2 | Expected --classWeights of labels from 0 to 9 or of names of"
            + " classes, found 10",
        "--epoch=3 | train has no option --epoch; did you mean --epochs\\?",
        "--runner=Nowhere | .*Unknown 'runner' specified 'Nowhere'.*",
        "--resume | --resume needs --output=RUN, .*",
      })
  void badOptions(String option, String message) throws Exception {
    byte[] model = Files.readAllBytes(Program.GOLDEN.resolve("models/mlp.keras"));
    Files.write(folder.resolve("damaged.keras"), Arrays.copyOf(model, 3000));
    Files.writeString(
        folder.resolve("mlp.json"),
        new RunFiles(Program.GOLDEN).json("networks/mlp.json").required("architecture").toString());
    List<String> words = new ArrayList<>(files("good-images-idx3-ubyte", "good-labels-idx1-ubyte"));
    words.addAll(List.of(option.replace("GOLDEN", Program.GOLDEN.toString()).split(" ")));
    refuses(words, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trian | Expected one of .*, found trian; did you mean train\\?",
        "evaluate | evaluate needs --model=.*",
        "evaluate --model=GOLDEN/models/mlp.keras TEST | Expected images that fit .*, .* \\(30,\\),"
            + " found images of \\(4, 3\\) \\(.*good-images-idx3-ubyte\\)",
        "evaluate --model=GOLDEN TEST | Expected --model to be a file or a run, found the folder .*",
        "evaluate --model=GOLDEN/models/mlp.keras TRAIN --validation | Expected a model that"
            + " epochflow trained, .*mlp.keras\\)",
      })
  void badCalls(String words, String message) throws Exception {
    String good =
        "--%1$sImages=%2$s/good-images-idx3-ubyte --%1$sLabels=%2$s/good-labels-idx1-ubyte";
    refuses(
        List.of(
            words
                .replace("GOLDEN", Program.GOLDEN.toString())
                .replace("TEST", good.formatted("test", Program.MALFORMED))
                .replace("TRAIN", good.formatted("train", Program.MALFORMED))
                .split(" ")),
        message);
  }
}
