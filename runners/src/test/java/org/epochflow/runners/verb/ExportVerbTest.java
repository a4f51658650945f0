package org.epochflow.runners.verb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.epochflow.model.format.KerasFile;
import org.epochflow.model.format.SavedModel;
import org.epochflow.runners.SmallFiles;
import org.epochflow.runners.cli.Programs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code epochflow export}: the files that it writes, of a run and of a file. */
class ExportVerbTest {
  private static Path folder = Path.of("");

  @BeforeAll
  static void train(@TempDir Path shared) throws IOException {
    folder = shared;
    SmallFiles.write(folder.resolve("data"));
    Programs.Result trained =
        Programs.run(
            "train",
            "--data=" + folder.resolve("data"),
            "--classes=2",
            "--classNames=dark,bright",
            "--epochs=1",
            "--pixels=standardized",
            "--output=" + folder.resolve("run"));
    assertEquals(0, trained.exit(), trained.err());
  }

  private static Programs.Result export(String output, String... more) {
    Stream<String> words =
        Stream.of(
            "export", "--model=" + folder.resolve("run"), "--output=" + folder.resolve(output));
    return Programs.run(Stream.concat(words, Stream.of(more)).toArray(String[]::new));
  }

  private static ModelProto onnx(String name) throws IOException {
    try (InputStream in = Files.newInputStream(folder.resolve(name))) {
      return ModelProto.parseFrom(in);
    }
  }

  private static SavedModel keras(String name) throws IOException {
    try (InputStream in = Files.newInputStream(folder.resolve(name))) {
      return KerasFile.read(in, name);
    }
  }

  @Test
  void aRunBecomesAnOnnxFileAndItsPathIsPrinted() throws IOException {
    Programs.Result exported = export("new/model.onnx");
    assertEquals(0, exported.exit(), exported.err());
    assertEquals(folder.resolve("new/model.onnx") + "\n", exported.out());
    ModelProto model = onnx("new/model.onnx");
    assertEquals(13, model.getOpsetImport(0).getVersion());
    assertEquals(
        DataType.FLOAT.getNumber(),
        model.getGraph().getInput(0).getType().getTensorType().getElemType());
    assertEquals(
        "[\"dark\",\"bright\"]",
        model.getMetadataPropsList().stream()
            .filter(entry -> entry.getKey().equals("class_names"))
            .map(StringStringEntryProto::getValue)
            .findFirst()
            .orElseThrow());
  }

  @Test
  void rawBytesAreImagesThatItNormalisesItself() throws IOException {
    assertEquals(0, export("bytes.onnx", "--rawBytes", "--classNames=a,b").exit());
    ModelProto model = onnx("bytes.onnx");
    assertEquals(
        DataType.UINT8.getNumber(),
        model.getGraph().getInput(0).getType().getTensorType().getElemType());
    assertEquals(
        4, model.getGraph().getInput(0).getType().getTensorType().getShape().getDimCount());
    assertEquals("Cast", model.getGraph().getNode(0).getOpType());
    assertTrue(model.toString().contains("[\\\"a\\\",\\\"b\\\"]"), "its own names");
  }

  @Test
  void aKerasFileHasTheNetworkAndItsWeightsAlone() throws IOException {
    Programs.Result exported = export("plain.keras", "--format=keras");
    assertEquals(0, exported.exit(), exported.err());
    assertEquals(
        "epochflow: the .keras file does not say that its inputs are pixels of the scale"
            + " standardized\n",
        exported.err());
    SavedModel run = keras("run/best_model.keras");
    SavedModel plain = keras("plain.keras");
    assertEquals(run.architecture(), plain.architecture());
    assertArrayEquals(run.parameters(), plain.parameters());
    assertTrue(run.state().isPresent());
    assertTrue(plain.state().isEmpty());
    assertTrue(plain.compiled().isEmpty());
  }

  @Test
  void aFileIsExportedAsItsRunIsToTheSameBytes() throws IOException {
    for (String format : new String[] {"onnx", "keras"}) {
      export("run." + format, "--format=" + format);
      Programs.run(
          "export",
          "--model=" + folder.resolve("run/best_model.keras"),
          "--format=" + format,
          "--output=" + folder.resolve("file." + format));
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("run." + format)),
          Files.readAllBytes(folder.resolve("file." + format)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --format=tflite | Expected --format to be one of onnx, keras, found 'tflite'
          --format=keras --rawBytes | Expected --format=onnx with --rawBytes, found --format=keras
          --format=keras --classNames=a,b | Expected --format=onnx with --classNames, found --format=keras
          --classNames=a,b,c | Expected a name for each of 2 classes, found 3: a, b, c (--classNames=a,b,c)
          --pixels=0..1 | Expected --pixels=standardized, as the model was trained with, or not at all, found --pixels=0..1
          """)
  void whatCannotBeDoneIsOneLineAndLeavesNoFile(String words, String message) {
    Programs.Result refused = export("refused", words.split(" ", -1));
    assertEquals(2, refused.exit());
    assertEquals("epochflow: " + message + "\n", refused.err());
    assertFalse(Files.exists(folder.resolve("refused")));
  }

  @Test
  void aModelIsNotReplacedByItsExport() {
    Programs.Result refused = export("run/best_model.keras", "--format=keras");
    assertEquals(2, refused.exit());
    assertTrue(
        refused.err().startsWith("epochflow: Expected --output to be another file than the model"),
        refused.err());
  }

  @Test
  void aModelAndAFileAreNeeded() {
    assertEquals(2, Programs.run("export", "--output=x.onnx").exit());
    assertEquals(2, Programs.run("export", "--model=" + folder.resolve("run")).exit());
    Programs.Result missing = Programs.run("export", "--model=no.keras", "--output=x.onnx");
    assertEquals(2, missing.exit());
    assertEquals(1, missing.err().lines().count(), missing.err());
    assertFalse(Files.exists(Path.of("x.onnx")));
  }
}
