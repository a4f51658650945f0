package org.epochflow.pipeline.evaluate;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.predict.Classification;
import org.epochflow.model.predict.Classifier;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.store.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a saved model takes images for, as CSV files of {@value #SHARD} images each, in their
 * order: {@code index,predicted,confidence,p0,p1,...}. An element is a shard's number; a worker
 * reads the shard's images some at a time. The files' names and content are a function of the
 * images and the model alone.
 *
 * @see #files
 */
public final class WritePredictions extends PTransform<PBegin, PCollection<String>> {
  private static final long serialVersionUID = 1L;
  private static final String IMAGES = "images";
  private static final int SHARD = 5000;
  private static final int BATCH = 256;
  private final Records images;
  private final String model;
  private final String kernels;
  private final String folder;

  /**
   * @param model the path of a {@code .keras} file, which every worker reads
   * @param kernels the name of the arithmetic
   * @param folder where the files go
   */
  public WritePredictions(Records images, String model, String kernels, String folder) {
    this.images = images;
    this.model = model;
    this.kernels = kernels;
    this.folder = folder;
  }

  /** The names of the files it writes, in the images' order. */
  public List<String> files() {
    int shards = shards(images);
    return IntStream.range(0, shards).mapToObj(shard -> name(shard, shards)).toList();
  }

  private static int shards(Records images) {
    return Math.toIntExact((images.count() + SHARD - 1) / SHARD);
  }

  private static String name(int shard, int shards) {
    return "predictions-%05d-of-%05d.csv".formatted(shard, shards);
  }

  @Override
  public PCollection<String> expand(PBegin begin) {
    return begin
        .apply("Images", Create.of(List.of(shards(images))))
        .apply("Shards", ParDo.of(new ShardsFn()))
        .apply("Spread", Reshuffle.viaRandomKey())
        .apply("PredictShard", ParDo.of(new PredictFn(images, model, kernels, folder)));
  }

  /** What the workers count: images. */
  public static MetricNameFilter imagesMetric() {
    return MetricNameFilter.named(WritePredictions.class, IMAGES);
  }

  private static final class ShardsFn extends DoFn<Integer, Integer> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element Integer shards, OutputReceiver<Integer> out) {
      for (int shard = 0; shard < shards; shard++) {
        out.output(shard);
      }
    }
  }

  private static final class PredictFn extends DoFn<Integer, String> {
    private static final long serialVersionUID = 1L;
    private final Records images;
    private final String model;
    private final String kernels;
    private final String folder;
    private final Counter done = Metrics.counter(WritePredictions.class, IMAGES);
    private transient @Nullable Classifier classifier;

    PredictFn(Records images, String model, String kernels, String folder) {
      this.images = images;
      this.model = model;
      this.kernels = kernels;
      this.folder = folder;
    }

    @ProcessElement
    public void process(@Element Integer shard, OutputReceiver<String> out) throws IOException {
      if (classifier == null) {
        classifier = Predict.classifier(model, kernels);
      }
      Classifier ready = classifier;
      String path = folder + "/" + name(shard, shards(images));
      Storage.write(path, file -> write((long) shard * SHARD, ready, file));
      out.output(path);
    }

    private void write(long from, Classifier classifier, OutputStream out) throws IOException {
      Writer csv = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
      csv.write(columns(classifier.classes()));
      long to = Math.min(images.count(), from + SHARD);
      try (Records.Reader reader = images.reader()) {
        int count;
        for (long first = from; first < to; first += count) {
          count = (int) Math.min(BATCH, to - first);
          rows(first, classifier.classify(reader.images(first, count), count), csv);
          done.inc(count);
        }
      }
      csv.flush();
    }
  }

  private static String columns(int classes) {
    return IntStream.range(0, classes)
        .mapToObj(c -> ",p" + c)
        .collect(Collectors.joining("", "index,predicted,confidence", "\n"));
  }

  private static void rows(long first, List<Classification> answers, Writer csv)
      throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < answers.size(); i++) {
      Classification answer = answers.get(i);
      rows.append(first + i).append(',').append(answer.label());
      rows.append(',').append(answer.confidence());
      for (float probability : answer.probabilities()) {
        rows.append(',').append(probability);
      }
      rows.append('\n');
    }
    csv.append(rows);
  }
}
