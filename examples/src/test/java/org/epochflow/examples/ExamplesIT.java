package org.epochflow.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.epochflow.model.format.KerasFile;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.predict.Classification;
import org.epochflow.model.predict.Classifier;
import org.epochflow.pipeline.predict.Image;
import org.epochflow.pipeline.run.TrainingRun.Trained;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs on both runners, with pictures of real garments. */
final class ExamplesIT {
  private static final Path DATA = Path.of("..", "testdata", "fashion-mnist-mini");
  private static final int SIDE = 28;
  private static final List<String> RUNNERS =
      List.of(
          "--runner=DirectRunner --targetParallelism=4",
          "--runner=FlinkRunner --flinkMaster=[local] --parallelism=2");

  private static DataInputStream open(String name, int header) throws IOException {
    DataInputStream in =
        new DataInputStream(new GZIPInputStream(Files.newInputStream(DATA.resolve(name + ".gz"))));
    in.skipNBytes(header);
    return in;
  }

  private static void writePictures(Path folder, String part, int count) throws IOException {
    try (DataInputStream images = open(part + "-images-idx3-ubyte", 16);
        DataInputStream labels = open(part + "-labels-idx1-ubyte", 8)) {
      for (int i = 0; i < count; i++) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, SIDE, SIDE, images.readNBytes(SIDE * SIDE));
        Path label = Files.createDirectories(folder.resolve(labels.readByte() + ""));
        ImageIO.write(image, "png", label.resolve(i + ".png").toFile());
      }
    }
  }

  private static String[] args(String runner, String... own) {
    List<String> args = new ArrayList<>(List.of(own));
    args.addAll(List.of(runner.split(" ")));
    return args.toArray(String[]::new);
  }

  @Test
  void everyRunnerTrainsTheSameModelAndClassifiesByIt(@TempDir Path folder) throws IOException {
    Path pictures = folder.resolve("pictures");
    writePictures(pictures.resolve("train"), "train", 1000);
    writePictures(pictures.resolve("test"), "t10k", 100);
    Set<String> hashes = new HashSet<>();
    for (String runner : RUNNERS) {
      Path output = folder.resolve("output" + RUNNERS.indexOf(runner));
      PipelineOptionsFactory.register(TrainOnPictures.Options.class);
      Trained trained =
          TrainOnPictures.train(
              PipelineOptionsFactory.fromArgs(
                      args(runner, "--pictures=" + pictures, "--output=" + output, "--epochs=4"))
                  .create()
                  .as(TrainOnPictures.Options.class));
      double accuracy = trained.test().orElseThrow().tally().accuracy();
      assertTrue(accuracy > 0.3, "Expected that it learns, found an accuracy of " + accuracy);
      Path model = output.resolve("run").resolve("best_model.keras");
      try (var in = Files.newInputStream(model)) {
        hashes.add(ParametersHash.sha256(KerasFile.read(in, "best").parameters()));
      }
      Path answers = output.resolve("answers.csv");
      ClassifyPictures.main(
          args(
              runner,
              "--pictures=" + pictures + "/test/*/*.png",
              "--model=" + output.resolve("run"),
              "--answers=" + answers));
      assertEquals(
          expected(pictures.resolve("test"), model),
          Files.readAllLines(answers).stream().sorted().toList());
    }
    assertEquals(1, hashes.size(), "Expected the same parameters, found " + hashes);
  }

  private static List<String> expected(Path pictures, Path model) throws IOException {
    Classifier classifier = Classifier.load(model);
    List<String> lines = new ArrayList<>();
    try (var files = Files.walk(pictures)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Image image = Image.decode(Files.readAllBytes(file), Pictures.SHAPE);
        Classification answer = classifier.classify(image.pixels());
        lines.add(
            String.format(Locale.ROOT, "%s,%s,%.3f", file, answer.name(), answer.confidence()));
      }
    }
    return lines.stream().sorted().toList();
  }
}
