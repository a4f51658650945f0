package org.epochflow.pipeline.evaluate;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
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
import org.epochflow.model.format.KerasFile;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Network;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.pipeline.data.ImageFiles;
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
  private final ImageFiles images;
  private final String model;
  private final String kernels;
  private final String folder;

  /**
   * @param model the path of a {@code .keras} file, which every worker reads
   * @param kernels the name of the arithmetic
   * @param folder where the files go
   */
  public WritePredictions(ImageFiles images, String model, String kernels, String folder) {
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

  private static int shards(ImageFiles images) {
    return Math.toIntExact((images.images() + SHARD - 1) / SHARD);
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
    private final ImageFiles images;
    private final String model;
    private final String kernels;
    private final String folder;
    private final Counter done = Metrics.counter(WritePredictions.class, IMAGES);
    private transient @Nullable Predictor predictor;

    PredictFn(ImageFiles images, String model, String kernels, String folder) {
      this.images = images;
      this.model = model;
      this.kernels = kernels;
      this.folder = folder;
    }

    @ProcessElement
    public void process(@Element Integer shard, OutputReceiver<String> out) throws IOException {
      if (predictor == null) {
        predictor = new Predictor(model, kernels);
      }
      Predictor rows = predictor;
      String path = folder + "/" + name(shard, shards(images));
      Storage.write(path, file -> write((long) shard * SHARD, rows, file));
      out.output(path);
    }

    private void write(long from, Predictor predictor, OutputStream out) throws IOException {
      Writer csv = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
      csv.write(predictor.columns());
      images.read(
          from,
          Math.min(images.images(), from + SHARD),
          BATCH,
          (index, count, pixels) -> {
            predictor.write(index, count, pixels, csv);
            done.inc(count);
          });
      csv.flush();
    }
  }

  /** A saved model at work. */
  private static final class Predictor {
    private final Network network;
    private final Preprocessing preprocessing;
    private final int classes;
    private float[] x = {};

    Predictor(String model, String kernels) throws IOException {
      try (InputStream in = Storage.stream(model)) {
        SavedModel saved = KerasFile.read(in, model);
        network = new Network(saved.architecture(), Kernels.named(kernels), saved.parameters());
        preprocessing = saved.preprocessing();
        classes = saved.architecture().classes();
      }
    }

    String columns() {
      return IntStream.range(0, classes)
          .mapToObj(c -> ",p" + c)
          .collect(Collectors.joining("", "index,predicted,confidence", "\n"));
    }

    void write(long index, int count, byte[] pixels, Writer csv) throws IOException {
      if (x.length < pixels.length) {
        x = new float[pixels.length];
      }
      preprocessing.normalize(pixels, 0, pixels.length, x, 0);
      float[] probabilities = network.predict(x, count);
      StringBuilder rows = new StringBuilder();
      for (int row = 0; row < count; row++) {
        int from = row * classes;
        int predicted = Network.largest(probabilities, from, classes);
        rows.append(index + row).append(',').append(predicted);
        rows.append(',').append(probabilities[from + predicted]);
        for (int c = 0; c < classes; c++) {
          rows.append(',').append(probabilities[from + c]);
        }
        rows.append('\n');
      }
      csv.append(rows);
    }
  }
}
