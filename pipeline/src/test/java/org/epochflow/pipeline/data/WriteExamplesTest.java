package org.epochflow.pipeline.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.epochflow.model.format.KerasFile;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.pipeline.Direct;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.run.Trainer;
import org.epochflow.pipeline.run.TrainingRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Examples of a pipeline become the same files, in whatever order they come. */
final class WriteExamplesTest {
  private static final Shape SHAPE = Shape.of(3, 2);
  private final Path folder;

  WriteExamplesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static List<Example> examples(int count) {
    Random random = new Random(1);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] pixels = new byte[SHAPE.size()];
      random.nextBytes(pixels);
      examples.add(new Example("image " + i % (count - 3), SHAPE, pixels, i % 4));
    }
    return examples;
  }

  private void write(String name, Part part, int parallelism, int shards, List<Example> examples) {
    Pipeline pipeline = Pipeline.create(Direct.options(parallelism));
    pipeline
        .apply(Create.of(examples))
        .apply(WriteExamples.to(folder.resolve(name).toString(), part).withShards(shards));
    pipeline.run().waitUntilFinish();
  }

  private byte[] file(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name));
  }

  @Test
  void theOrderOfExamplesFollowsFromTheirNames() throws IOException {
    List<Example> examples = examples(100);
    write("one", Part.TRAIN, 1, 1, examples);
    byte[] images = file("one/train-images-idx3-ubyte");
    byte[] labels = file("one/train-labels-idx1-ubyte");
    assertEquals(16 + 100 * SHAPE.size(), images.length);
    assertEquals(8 + 100, labels.length);
    for (int parallelism : new int[] {1, 2, 4}) {
      Collections.shuffle(examples, new Random(parallelism));
      String name = "shuffled" + parallelism;
      write(name, Part.TRAIN, parallelism, 16 * parallelism, examples);
      assertArrayEquals(images, file(name + "/train-images-idx3-ubyte"));
      assertArrayEquals(labels, file(name + "/train-labels-idx1-ubyte"));
      assertFalse(Files.exists(folder.resolve(name + "/.train")), "Expected no shards");
    }
  }

  @Test
  void whatIsWrittenTrains() throws IOException {
    write("data", Part.TRAIN, 2, 3, examples(200));
    write("data", Part.TEST, 2, 3, examples(40));
    Trainer trainer =
        Trainer.of(Presets.mlp(SHAPE, 4, 0.1)).withEpochs(2).withSeed(3).withReplicas(2);
    List<String> hashes = new ArrayList<>();
    for (int parallelism : new int[] {1, 2, 4}) {
      String run = folder.resolve("run" + parallelism).toString();
      TrainingRun.Trained trained =
          trainer.train(folder.resolve("data").toString(), run, Direct.execution(parallelism));
      assertEquals(40, trained.test().orElseThrow().tally().examples());
      try (var in = Files.newInputStream(Path.of(run, "best_model.keras"))) {
        hashes.add(ParametersHash.sha256(KerasFile.read(in, "best").parameters()));
      }
    }
    assertEquals(Collections.nCopies(3, hashes.get(0)), hashes);
    Exception none =
        assertThrows(
            BadDataException.class,
            () -> trainer.train(folder + "/none", folder + "/run", Direct.execution(1)));
    assertTrue(
        String.valueOf(none.getMessage()).endsWith("none, found nothing"), none.getMessage());
  }

  @Test
  void whatDoesNotFitIsNamed() throws IOException {
    List<Example> examples = examples(10);
    examples.add(new Example("other", Shape.of(2, 2), new byte[4], 0));
    Exception shapes =
        assertThrows(
            Pipeline.PipelineExecutionException.class,
            () -> write("shapes", Part.TRAIN, 1, 4, examples));
    String message = String.valueOf(shapes.getMessage());
    assertTrue(message.contains("Expected images of one shape, found "), message);
    assertFalse(Files.exists(folder.resolve("shapes/train-images-idx3-ubyte")));
    write("twice", Part.TRAIN, 1, 4, examples(10));
    Exception twice =
        assertThrows(
            IllegalArgumentException.class, () -> write("twice", Part.TRAIN, 1, 4, examples(10)));
    assertTrue(
        String.valueOf(twice.getMessage())
            .startsWith("Expected a folder without a train part, found "),
        twice.getMessage());
    assertEquals(
        "Expected a label of 0 to 255, found 256 (a)",
        assertThrows(
                IllegalArgumentException.class, () -> new Example("a", SHAPE, new byte[6], 256))
            .getMessage());
    assertEquals(
        "Expected 6 pixels for an image of (3, 2), found 4 (a)",
        assertThrows(IllegalArgumentException.class, () -> new Example("a", SHAPE, new byte[4], 0))
            .getMessage());
  }
}
