package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult.State;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.format.KerasFile;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.predict.Classification;
import org.epochflow.model.predict.Classifier;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Example;
import org.epochflow.pipeline.data.WriteExamples;
import org.epochflow.pipeline.execute.RunnerExecution;
import org.epochflow.pipeline.predict.Image;
import org.epochflow.pipeline.predict.Predict;
import org.epochflow.pipeline.run.Trainer;
import org.epochflow.runners.SmallConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A program of somebody's that trains on PNG files, and classifies some, in pipelines of its own.
 */
class OwnPipelineIT {
  private static final Shape SHAPE = Shape.of(2, 2);
  private static final int FILES = 300;

  /** Reads a file that was matched. */
  private static final class DecodeFn extends DoFn<FileIO.ReadableFile, KV<String, Image>> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element FileIO.ReadableFile file, OutputReceiver<KV<String, Image>> out)
        throws IOException {
      String name = file.getMetadata().resourceId().getFilename();
      out.output(KV.of(name, Image.decode(file.readFullyAsBytes(), SHAPE)));
    }
  }

  private static final class LineFn extends DoFn<KV<String, Classification>, String> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element KV<String, Classification> answer, OutputReceiver<String> out) {
      out.output(line(answer.getKey(), answer.getValue()));
    }
  }

  private static String line(String file, Classification answer) {
    return file + "," + answer.name() + "," + answer.confidence();
  }

  /** No coder is set: Beam finds those of images and answers. */
  private static void classify(Pipeline pipeline, Path images, Path model, Path output) {
    pipeline
        .apply("Match", FileIO.match().filepattern(images + "/*.png"))
        .apply("Read", FileIO.readMatches())
        .apply("Decode", ParDo.of(new DecodeFn()))
        .apply("Classify", Predict.using(model.toString()).keyed())
        .apply("Line", ParDo.of(new LineFn()))
        .apply("Write", TextIO.write().to(output.toString()).withoutSharding());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--runner=DirectRunner",
        "--runner=FlinkRunner --flinkMaster=[local] --parallelism=2"
      })
  void filesGetTheAnswersOfTheClassifier(String options, @TempDir Path folder) throws Exception {
    Path model = folder.resolve("model.keras");
    float[] parameters = {.1f, -.2f, .3f, .4f, -.5f, .6f, .7f, -.8f, .01f, -.02f};
    try (OutputStream out = Files.newOutputStream(model)) {
      KerasFile.write(TrainingState.begin(SmallConfig.of(1, 0, 1), parameters), out);
    }
    List<String> expected = write(Files.createDirectories(folder.resolve("images")), model);
    Path output = folder.resolve("answers.csv");
    Pipeline pipeline =
        Pipeline.create(PipelineOptionsFactory.fromArgs(options.split(" ")).create());
    classify(pipeline, folder.resolve("images"), model, output);
    assertEquals(State.DONE, pipeline.run().waitUntilFinish());
    assertEquals(expected, Files.readAllLines(output).stream().sorted().toList());
  }

  /** Makes an example of a file, whose name says its class. */
  private static final class ExampleFn extends DoFn<FileIO.ReadableFile, Example> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element FileIO.ReadableFile file, OutputReceiver<Example> out)
        throws IOException {
      String name = file.getMetadata().resourceId().getFilename();
      Image image = Image.decode(file.readFullyAsBytes(), SHAPE);
      int label = Integer.parseInt(name.substring(0, name.indexOf('.'))) % 2;
      out.output(new Example(name, SHAPE, image.pixels(), label));
    }
  }

  @Test
  void examplesTrainTheSameModelOnEveryRunnerAndByTheCommand(@TempDir Path folder)
      throws Exception {
    Path model = folder.resolve("model.keras");
    float[] parameters = new float[10];
    try (OutputStream out = Files.newOutputStream(model)) {
      KerasFile.write(TrainingState.begin(SmallConfig.of(1, 0, 1), parameters), out);
    }
    Path images = Files.createDirectories(folder.resolve("images"));
    write(images, model);
    List<String> hashes = new ArrayList<>();
    List<String> runners =
        List.of(
            "--runner=DirectRunner",
            "--runner=FlinkRunner --flinkMaster=[local] --parallelism=1",
            "--runner=FlinkRunner --flinkMaster=[local] --parallelism=4");
    for (String runner : runners) {
      String data = folder.resolve("data" + hashes.size()).toString();
      PipelineOptions options = PipelineOptionsFactory.fromArgs(runner.split(" ")).create();
      Pipeline pipeline = Pipeline.create(options);
      PCollection<Example> examples =
          pipeline
              .apply("Match", FileIO.match().filepattern(images + "/*.png"))
              .apply("Read", FileIO.readMatches())
              .apply("Example", ParDo.of(new ExampleFn()));
      examples.apply("WriteTrain", WriteExamples.to(data, Part.TRAIN));
      examples.apply("WriteTest", WriteExamples.to(data, Part.TEST));
      assertEquals(State.DONE, pipeline.run().waitUntilFinish());
      Path run = folder.resolve("run" + hashes.size());
      Trainer.of(Presets.softmax(SHAPE.withChannels(), 2))
          .withEpochs(2)
          .train(data, run.toString(), new RunnerExecution(options));
      hashes.add(new RunFiles(run).json("metrics.json").required("parameters_sha256").asText());
    }
    new Program(folder)
        .run(
            "train",
            "--data=data0",
            "--model=softmax",
            "--classes=2",
            "--epochs=2",
            "--output=command")
        .done();
    hashes.add(
        new RunFiles(folder.resolve("command"))
            .json("metrics.json")
            .required("parameters_sha256")
            .asText());
    assertEquals(Collections.nCopies(4, hashes.get(0)), hashes);
  }

  /** Writes images, and returns the lines that the pipeline should write for them. */
  private static List<String> write(Path folder, Path model) throws IOException {
    Classifier classifier = Classifier.load(model);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < FILES; i++) {
      byte[] pixels = {(byte) i, (byte) (7 * i), (byte) (31 * i), (byte) (101 * i)};
      BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
      image.getRaster().setDataElements(0, 0, 2, 2, pixels);
      String name = (1000 + i) + ".png";
      ImageIO.write(image, "png", folder.resolve(name).toFile());
      lines.add(line(name, classifier.classify(pixels)));
    }
    return lines;
  }
}
