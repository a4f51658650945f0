package org.epochflow.examples;

import java.io.IOException;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.predict.Image;

/** Reads files of pictures, grey and of one size, by their paths. */
final class Pictures extends PTransform<PBegin, PCollection<KV<String, Image>>> {
  /** One channel; a colour picture becomes grey, and one of another size is resized. */
  static final Shape SHAPE = Shape.of(28, 28, 1);

  private static final long serialVersionUID = 1L;
  private final String pattern;

  private Pictures(String pattern) {
    this.pattern = pattern;
  }

  /** The files that match a pattern such as {@code /photos/*.png}. */
  static Pictures matching(String pattern) {
    return new Pictures(pattern);
  }

  @Override
  public PCollection<KV<String, Image>> expand(PBegin begin) {
    return begin
        .apply("Match", FileIO.match().filepattern(pattern))
        .apply("Open", FileIO.readMatches())
        .apply("Decode", ParDo.of(new DecodeFn()));
  }

  private static final class DecodeFn extends DoFn<FileIO.ReadableFile, KV<String, Image>> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element FileIO.ReadableFile file, OutputReceiver<KV<String, Image>> out)
        throws IOException {
      String path = file.getMetadata().resourceId().toString();
      out.output(KV.of(path, Image.decode(file.readFullyAsBytes(), SHAPE)));
    }
  }
}
