package org.epochflow.pipeline.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
import org.apache.commons.csv.CSVPrinter;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.predict.Classification;
import org.epochflow.model.predict.Classifier;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.format.ImagesToPredict;
import org.epochflow.pipeline.store.Csv;
import org.epochflow.pipeline.store.ModelFile;
import org.jspecify.annotations.Nullable;

/**
 * Writes the predictions of a saved model for images without labels, as CSV files of {@value
 * #SHARD} images each, in their order: {@code index,predicted,confidence,p0,p1,...}, and {@code
 * file} behind the index where images are pictures. An index counts images that could not be read
 * too, so it is a position in the files. An element is a shard's number; a worker reads the shard's
 * images in batches. The files' names and content are a function of the images and the model alone.
 *
 * <pre>{@code
 * List<String> files = List.of("/data/t10k-images-idx3-ubyte.gz");
 * ImagesToPredict images = ImagesToPredict.open(files, Shape.of(28, 28), "/work");
 * WritePredictions predictions =
 *     new WritePredictions(
 *         images,
 *         "/runs/1/best_model.keras",
 *         Preprocessing.STANDARD,
 *         Kernels.auto(),
 *         "/predictions");
 * predictions.prepare();
 * pipeline.apply("WritePredictions", predictions);
 * }</pre>
 *
 * @see #files
 */
public final class WritePredictions extends PTransform<PBegin, PCollection<String>> {
  private static final long serialVersionUID = 1L;
  private static final String IMAGES = "images";
  private static final String FILE = "file";
  private static final int SHARD = 5000;
  private static final int BATCH = 256;
  private final Records images;
  private final List<String> names;
  private final List<Long> leftOut;
  private final String model;
  private final Preprocessing preprocessing;
  private final String kernels;
  private final String folder;

  /**
   * @param model the path of a {@code .keras} file, which every worker reads
   * @param preprocessing how pixels become its inputs
   * @param kernels the name of the arithmetic
   * @param folder the folder of the files
   */
  public WritePredictions(
      ImagesToPredict images,
      String model,
      Preprocessing preprocessing,
      String kernels,
      String folder) {
    this.images = images.records();
    names = images.files();
    leftOut = images.leftOut();
    this.model = model;
    this.preprocessing = preprocessing;
    this.kernels = kernels;
    this.folder = folder;
  }

  /** The names of the files it writes, in the images' order. */
  public List<String> files() {
    int shards = shards(images);
    return IntStream.range(0, shards).mapToObj(shard -> name(shard, shards)).toList();
  }

  /** Writes what the workers read beside the images; to be called before the pipeline runs. */
  public void prepare() throws IOException {
    for (int first = 0; first < names.size(); first += SHARD) {
      List<String> some = names.subList(first, Math.min(names.size(), first + SHARD));
      Csv.write(
          names(folder, first / SHARD),
          List.of(FILE),
          csv -> {
            for (String name : some) {
              csv.printRecord(name);
            }
          });
    }
  }

  private static String names(String folder, int shard) {
    return String.format(Locale.ROOT, "%s/files-%05d.csv", folder, shard);
  }

  private static int shards(Records images) {
    return Math.toIntExact((images.count() + SHARD - 1) / SHARD);
  }

  private static String name(int shard, int shards) {
    return String.format(Locale.ROOT, "predictions-%05d-of-%05d.csv", shard, shards);
  }

  @Override
  public PCollection<String> expand(PBegin begin) {
    return begin
        .apply("Images", Create.of(List.of(shards(images))))
        .apply("Shards", ParDo.of(new ShardsFn()))
        .apply("Spread", Reshuffle.viaRandomKey())
        .apply("PredictShard", ParDo.of(new PredictFn(this)));
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
    private final List<Long> leftOut;
    private final boolean named;
    private final String model;
    private final Preprocessing preprocessing;
    private final String kernels;
    private final String folder;
    private final Counter done = Metrics.counter(WritePredictions.class, IMAGES);
    private transient @Nullable Classifier classifier;

    PredictFn(WritePredictions of) {
      images = of.images;
      leftOut = of.leftOut;
      named = !of.names.isEmpty();
      model = of.model;
      preprocessing = of.preprocessing;
      kernels = of.kernels;
      folder = of.folder;
    }

    @ProcessElement
    public void process(@Element Integer shard, OutputReceiver<String> out) throws IOException {
      if (classifier == null) {
        classifier = Classifier.of(ModelFile.read(model).with(preprocessing), kernels);
      }
      Classifier ready = classifier;
      String path = folder + "/" + name(shard, shards(images));
      List<String> names = new ArrayList<>();
      if (named) {
        Csv.read(names(folder, shard), row -> names.add(row.get(FILE)));
      }
      Csv.write(path, columns(ready.classes()), csv -> print(shard, names, ready, csv));
      out.output(path);
    }

    private List<String> columns(int classes) {
      return Stream.of(
              Stream.of("index"),
              named ? Stream.of(FILE) : Stream.<String>of(),
              Stream.of("predicted", "confidence"),
              IntStream.range(0, classes).mapToObj(c -> "p" + c))
          .flatMap(columns -> columns)
          .toList();
    }

    private void print(int shard, List<String> names, Classifier classifier, CSVPrinter csv)
        throws IOException {
      long from = (long) shard * SHARD;
      long to = Math.min(images.count(), from + SHARD);
      try (Records.Reader reader = images.reader()) {
        int count;
        int skipped = 0; // how many of those left out come before
        for (long first = from; first < to; first += count) {
          count = (int) Math.min(BATCH, to - first);
          List<Classification> answers = classifier.classify(reader.images(first, count), count);
          for (int i = 0; i < count; i++) {
            while (skipped < leftOut.size() && leftOut.get(skipped) <= first + i + skipped) {
              skipped++;
            }
            csv.print(first + i + skipped);
            if (named) {
              csv.print(names.get((int) (first - from) + i));
            }
            printAnswer(answers.get(i), csv);
          }
          done.inc(count);
        }
      }
    }
  }

  private static void printAnswer(Classification answer, CSVPrinter csv) throws IOException {
    csv.print(answer.label());
    csv.print(answer.confidence());
    for (float probability : answer.probabilities()) {
      csv.print(probability);
    }
    csv.println();
  }
}
