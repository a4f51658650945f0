package org.epochflow.pipeline.predict;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableBiFunction;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.predict.Classification;
import org.epochflow.model.predict.Classifier;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Classifies the images of one's own pipeline by a saved model.
 *
 * <pre>{@code
 * PCollection<KV<String, Image>> images = photos; // by name, for instance
 * PCollection<KV<String, Classification>> answers =
 *     images.apply("Classify", Predict.using("gs://models/registry").keyed());
 * }</pre>
 *
 * <p>A worker process loads the model once, however many threads it has. The images of a bundle are
 * classified in batches of at most {@value #BATCH}; an image gets the same answer, bit for bit, in
 * any of them. An answer has its image's window and time. Bundles of one model are classified by
 * one version from begin to end; where the path is a registry's, a bundle that begins looks for
 * another champion, at most once in ten seconds, or as {@link Images#lookingEvery} says. A champion
 * that cannot be read is logged and counted ({@code unreadable_champions}), and the one before it
 * stays at work.
 *
 * <p>An image of another shape than the model's fails the pipeline, and the message names both.
 */
public final class Predict {
  private static final Logger LOG = LoggerFactory.getLogger(Predict.class);
  private static final int BATCH = 256;

  /** How many images of other times or windows may wait for the end of their bundle. */
  private static final int MOST_WAITING = 4096;

  /** The models of this process; one that no worker holds goes. */
  private static final Map<Source, WeakReference<Shared>> SHARED = new ConcurrentHashMap<>();

  private Predict() {}

  /**
   * Classifies by the model that a path names.
   *
   * @param path on one of Beam's file systems, absolute, which every worker reads: a registry's
   *     folder, a run's folder, or a {@code .keras} file
   */
  public static Images using(String path) {
    return new Images(new Source(path, "", Duration.ofSeconds(10).toMillis()));
  }

  /** What is loaded, and how. No kernels are those of the model's training. */
  private record Source(String path, String kernels, long lookMillis) implements Serializable {
    Classifier classifier(SavedModel model) {
      return kernels.isEmpty() ? Classifier.of(model) : Classifier.of(model, kernels);
    }
  }

  /** Classifies images. */
  public static final class Images
      extends PTransform<PCollection<Image>, PCollection<Classification>> {
    private static final long serialVersionUID = 1L;
    private final Source source;

    private Images(Source source) {
      this.source = source;
    }

    /**
     * The same with other arithmetic than the model was trained with, for workers that lack it.
     *
     * @param kernels one of {@code Kernels.NAMES}
     */
    public Images withKernels(String kernels) {
      return new Images(new Source(source.path, kernels, source.lookMillis));
    }

    /** The same with another least time between two looks for another champion. */
    public Images lookingEvery(Duration time) {
      return new Images(new Source(source.path, source.kernels, time.toMillis()));
    }

    /** The same for images that have keys, which their answers keep. */
    public <K> PTransform<PCollection<KV<K, Image>>, PCollection<KV<K, Classification>>> keyed() {
      return new Keyed<>(source);
    }

    @Override
    public PCollection<Classification> expand(PCollection<Image> images) {
      return images
          .apply(
              "ClassifyImages",
              ParDo.of(new ClassifyFn<>(source, image -> image, (image, answer) -> answer)))
          .setCoder(PredictCoders.CLASSIFICATION);
    }
  }

  private static final class Keyed<K>
      extends PTransform<PCollection<KV<K, Image>>, PCollection<KV<K, Classification>>> {
    private static final long serialVersionUID = 1L;
    private final Source source;

    Keyed(Source source) {
      this.source = source;
    }

    @Override
    @SuppressWarnings("unchecked") // The coder of pairs is made of those of keys and images.
    public PCollection<KV<K, Classification>> expand(PCollection<KV<K, Image>> images) {
      KvCoder<K, Image> coder = (KvCoder<K, Image>) images.getCoder();
      return images
          .apply(
              "ClassifyImages",
              ParDo.of(
                  new ClassifyFn<KV<K, Image>, KV<K, Classification>>(
                      source, KV::getValue, (image, answer) -> KV.of(image.getKey(), answer))))
          .setCoder(KvCoder.of(coder.getKeyCoder(), PredictCoders.CLASSIFICATION));
    }
  }

  /** A model that the threads of a process share, and when it was last looked after. */
  private static final class Shared {
    private final LiveModel model;
    private final long lookNanos;
    private long looked = System.nanoTime();

    Shared(Source source) {
      try {
        model = LiveModel.open(source.path, source::classifier);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      lookNanos = Duration.ofMillis(source.lookMillis).toNanos();
    }

    static Shared of(Source source) {
      Shared[] held = new Shared[1]; // so that it is not collected before it is returned
      SHARED.compute(
          source,
          (same, before) -> {
            @Nullable Shared there = before == null ? null : before.get();
            held[0] = there == null ? new Shared(source) : there;
            return there == null ? new WeakReference<>(held[0]) : before;
          });
      return held[0];
    }

    /** The version for a bundle. */
    synchronized LiveModel.Version version(Counter unreadable) {
      long now = System.nanoTime();
      if (now - looked >= lookNanos) {
        looked = now;
        try {
          model.refresh();
        } catch (IOException e) {
          unreadable.inc();
          LOG.warn("The champion cannot be read; the one before it stays at work", e);
        }
      }
      return model.current();
    }
  }

  /** What can be output together: Beam lets no output be earlier than the image at hand. */
  private record Moment(Instant time, BoundedWindow window) {}

  private static final class ClassifyFn<T, R> extends DoFn<T, R> {
    private static final long serialVersionUID = 1L;
    private final Source source;
    private final SerializableFunction<T, Image> image;
    private final SerializableBiFunction<T, Classification, R> result;
    private final Counter images = Metrics.counter(Predict.class, "images");
    private final Counter unreadable = Metrics.counter(Predict.class, "unreadable_champions");
    private transient @Nullable Shared shared;
    private transient @Nullable Classifier classifier;
    private transient @Nullable Map<Moment, List<T>> waiting;
    private transient int total;

    ClassifyFn(
        Source source,
        SerializableFunction<T, Image> image,
        SerializableBiFunction<T, Classification, R> result) {
      this.source = source;
      this.image = image;
      this.result = result;
    }

    @StartBundle
    public void begin() {
      if (shared == null) {
        shared = Shared.of(source);
      }
      classifier = shared.version(unreadable).classifier();
      waiting = new HashMap<>();
      total = 0;
    }

    @ProcessElement
    public void process(
        @Element T element, @Timestamp Instant time, BoundedWindow window, OutputReceiver<R> out) {
      Shape shape = image.apply(element).shape();
      Objects.requireNonNull(classifier).requireFit(shape, "an element");
      Map<Moment, List<T>> all = Objects.requireNonNull(waiting);
      Moment moment = new Moment(time, window);
      List<T> batch = all.computeIfAbsent(moment, none -> new ArrayList<>());
      batch.add(element);
      total++;
      if (batch.size() == BATCH || total > MOST_WAITING) {
        all.remove(moment);
        classify(batch, (of, answer) -> out.output(result.apply(of, answer)));
      }
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      Objects.requireNonNull(waiting)
          .forEach(
              (moment, batch) ->
                  classify(
                      batch,
                      (of, answer) ->
                          context.output(
                              result.apply(of, answer), moment.time(), moment.window())));
      waiting = null;
    }

    private void classify(List<T> batch, BiConsumer<T, Classification> out) {
      Classifier ready = Objects.requireNonNull(classifier);
      int size = ready.input().size();
      byte[] pixels = new byte[batch.size() * size];
      for (int i = 0; i < batch.size(); i++) {
        System.arraycopy(image.apply(batch.get(i)).pixels(), 0, pixels, i * size, size);
      }
      List<Classification> answers = ready.classify(pixels, batch.size());
      for (int i = 0; i < answers.size(); i++) {
        out.accept(batch.get(i), answers.get(i));
      }
      images.inc(answers.size());
      total -= batch.size();
    }
  }
}
