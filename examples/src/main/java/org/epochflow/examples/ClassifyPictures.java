package org.epochflow.examples;

import java.util.Locale;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.options.Validation;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.epochflow.model.predict.Classification;
import org.epochflow.pipeline.predict.Predict;

/**
 * Classifies pictures by a model, and writes a line for each: {@code path,class,confidence}. Where
 * the model is a registry's folder, its champion classifies; a bundle that begins after another was
 * promoted is classified by that one.
 */
public final class ClassifyPictures {
  private ClassifyPictures() {}

  /** What the command line says, besides the options of Beam's runners. */
  public interface Options extends PipelineOptions {
    /** A pattern of files, absolute, such as {@code /photos/*.png}. */
    @Validation.Required
    String getPictures();

    void setPictures(String pattern);

    /** A registry's folder, a run's folder, or a {@code .keras} file, absolute. */
    @Validation.Required
    String getModel();

    void setModel(String path);

    /** The file of lines. */
    @Validation.Required
    String getAnswers();

    void setAnswers(String file);
  }

  public static void main(String[] args) {
    PipelineOptionsFactory.register(Options.class);
    classify(PipelineOptionsFactory.fromArgs(args).withValidation().create().as(Options.class));
  }

  /** The lines are in no defined order. */
  static void classify(Options options) {
    Pipeline pipeline = Pipeline.create(options);
    pipeline
        .apply("Read", Pictures.matching(options.getPictures()))
        .apply("Classify", Predict.using(options.getModel()).keyed())
        .apply("Line", MapElements.into(TypeDescriptors.strings()).via(ClassifyPictures::line))
        .apply("Write", TextIO.write().to(options.getAnswers()).withoutSharding());
    pipeline.run().waitUntilFinish();
  }

  private static String line(KV<String, Classification> answer) {
    Classification is = answer.getValue();
    return String.format(Locale.ROOT, "%s,%s,%.3f", answer.getKey(), is.name(), is.confidence());
  }
}
