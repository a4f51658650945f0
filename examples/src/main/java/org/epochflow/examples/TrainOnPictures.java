package org.epochflow.examples;

import java.io.IOException;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.options.Validation;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Example;
import org.epochflow.pipeline.data.WriteExamples;
import org.epochflow.pipeline.execute.RunnerExecution;
import org.epochflow.pipeline.predict.Image;
import org.epochflow.pipeline.run.Trainer;
import org.epochflow.pipeline.run.TrainingRun;

/**
 * Trains a classifier on pictures: one pipeline makes labelled examples of them and writes these as
 * a data set, and a trainer trains on it. The folder of a picture is the number of its class:
 * {@code PICTURES/train/0/1.png}.
 */
public final class TrainOnPictures {
  private static final int CLASSES = 10;

  private TrainOnPictures() {}

  /** What the command line says, besides the options of Beam's runners. */
  public interface Options extends PipelineOptions {
    /** The folder with {@code train} and {@code test}, absolute. */
    @Validation.Required
    String getPictures();

    void setPictures(String folder);

    /** A new folder for the data set and the run, absolute. */
    @Validation.Required
    String getOutput();

    void setOutput(String folder);

    @Default.Integer(5)
    int getEpochs();

    void setEpochs(int most);
  }

  public static void main(String[] args) throws IOException {
    PipelineOptionsFactory.register(Options.class);
    Options options =
        PipelineOptionsFactory.fromArgs(args).withValidation().create().as(Options.class);
    double accuracy = train(options).test().orElseThrow().tally().accuracy();
    System.out.printf("The best model is right on %.1f%% of the test pictures%n", 100 * accuracy);
  }

  /** The run is then in the folder {@code run} of the output, with its best model and figures. */
  static TrainingRun.Trained train(Options options) throws IOException {
    String data = options.getOutput() + "/data";
    Pipeline pipeline = Pipeline.create(options);
    for (Part part : Part.values()) {
      String pictures = options.getPictures() + "/" + part.word() + "/*/*.png";
      pipeline
          .apply("Read " + part, Pictures.matching(pictures))
          .apply("Label " + part, ParDo.of(new LabelFn(options.getPictures())))
          .apply("Write " + part, WriteExamples.to(data, part));
    }
    pipeline.run().waitUntilFinish();
    return Trainer.of(Presets.mlp(Pictures.SHAPE, CLASSES, Presets.MLP_DROPOUT))
        .withEpochs(options.getEpochs())
        .train(data, options.getOutput() + "/run", new RunnerExecution(options));
  }

  /** Names an example by its path below the pictures' folder, so that the folder may move. */
  private static final class LabelFn extends DoFn<KV<String, Image>, Example> {
    private static final long serialVersionUID = 1L;
    private final String folder;

    LabelFn(String folder) {
      this.folder = folder;
    }

    @ProcessElement
    public void process(@Element KV<String, Image> picture, OutputReceiver<Example> out) {
      String name = picture.getKey().substring(folder.length() + 1);
      int label = Integer.parseInt(name.split("/", -1)[1]);
      out.output(new Example(name, Pictures.SHAPE, picture.getValue().pixels(), label));
    }
  }
}
