package org.epochflow.runners.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.epochflow.runners.SmallFiles;
import org.epochflow.runners.cli.Programs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code epochflow evaluate}: the figures, their page, and how pixels become inputs. */
class EvaluateVerbTest {
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
            "--epochs=2",
            "--topK=1",
            "--monitor=val_f1",
            "--pixels=standardized",
            "--output=" + folder.resolve("run"));
    assertEquals(0, trained.exit(), trained.err());
    assertTrue(trained.out().contains("\nTop-1 accuracy: "), trained.out());
    assertTrue(trained.out().contains("  val_f1\n"), trained.out());
  }

  private static Programs.Result evaluate(String output, String... more) {
    String[] words = new String[more.length + 4];
    words[0] = "evaluate";
    words[1] = "--model=" + folder.resolve("run");
    words[2] = "--data=" + folder.resolve("data");
    words[3] = "--output=" + folder.resolve(output);
    System.arraycopy(more, 0, words, 4, more.length);
    return Programs.run(words);
  }

  private static JsonNode metrics(String of) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(of).resolve("metrics.json").toFile());
  }

  @Test
  void theFiguresAreTheTrainingsAndHaveAPage() throws IOException {
    Programs.Result evaluated = evaluate("again");
    assertEquals(0, evaluated.exit(), evaluated.err());
    JsonNode metrics = metrics("again");
    for (String name :
        new String[] {
          "test_loss", "test_f1", "test_ece", "test_top_k_accuracy", "top_k", "macro", "weighted"
        }) {
      assertEquals(metrics("run").required(name), metrics.required(name), name);
    }
    assertEquals(
        metrics.required("test_accuracy").asDouble(),
        metrics.required("test_top_k_accuracy").asDouble());
    String page = Files.readString(folder.resolve("again/evaluation.html"));
    assertTrue(page.contains("\"part\":\"test\""), "its data");
    assertTrue(page.contains("function calibration()"), "its script");
    assertTrue(evaluated.out().contains("/evaluation.html\n"), evaluated.out());
  }

  @Test
  void aTopKOfItsOwnIsMeasuredInsteadUpToTheClasses() throws IOException {
    assertEquals(0, evaluate("top2", "--topK=2").exit());
    assertEquals(1, metrics("top2").required("test_top_k_accuracy").asDouble());
    Programs.Result refused = evaluate("top3", "--topK=3");
    assertEquals(2, refused.exit());
    assertEquals(
        "epochflow: Expected --topK of at most 2, the number of classes, found 3\n", refused.err());
  }

  @Test
  void aModelOfOursSaysHowItsPixelsBecomeInputs() {
    Programs.Result refused = evaluate("bytes", "--pixels=0..255");
    assertEquals(2, refused.exit());
    assertEquals(
        "epochflow: Expected --pixels=standardized, as the model was trained with, or not at all,"
            + " found --pixels=0..255\n",
        refused.err());
  }
}
