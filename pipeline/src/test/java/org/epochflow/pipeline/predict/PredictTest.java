package org.epochflow.pipeline.predict;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reify;
import org.apache.beam.sdk.transforms.Values;
import org.apache.beam.sdk.transforms.WithTimestamps;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.epochflow.model.kernel.EjmlKernels;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.predict.Classification;
import org.epochflow.pipeline.Direct;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model in somebody's pipeline, on the DirectRunner with its checks. */
final class PredictTest {
  private static final KvCoder<Integer, Classification> ANSWERS =
      KvCoder.of(VarIntCoder.of(), PredictCoders.CLASSIFICATION);
  private final Path folder;
  private final SmallRegistry registry;
  private final String path;

  PredictTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    registry = new SmallRegistry(folder.resolve("registry"));
    path = registry.folder().toString();
    registry.promote(1);
  }

  private static Image image(int seed) {
    byte[] pixels = new byte[SmallRegistry.IMAGE.size()];
    new Random(seed).nextBytes(pixels);
    return new Image(SmallRegistry.IMAGE, pixels);
  }

  private static PCollection<KV<Integer, Image>> images(Pipeline pipeline, int count) {
    return pipeline.apply(
        "Images",
        Create.of(IntStream.range(0, count).mapToObj(i -> KV.of(i, image(i))).toList())
            .withCoder(KvCoder.of(VarIntCoder.of(), PredictCoders.IMAGE)));
  }

  private PTransform<PCollection<KV<Integer, Image>>, PCollection<KV<Integer, Classification>>>
      classify() {
    return Predict.using(path).keyed();
  }

  @Test
  void eachKeyGetsTheAnswerToItsImage() throws IOException {
    List<KV<Integer, Classification>> answers =
        Direct.elements(folder, ANSWERS, p -> images(p, 700).apply("Classify", classify()));
    Set<Integer> keys = new HashSet<>();
    for (KV<Integer, Classification> answer : answers) {
      assertArrayEquals(
          registry.probabilities(1, image(answer.getKey())), answer.getValue().probabilities());
      keys.add(answer.getKey());
    }
    assertEquals(700, answers.size());
    assertEquals(700, keys.size());
  }

  @Test
  void imagesWithoutKeysAndOtherKernelsWork() throws IOException {
    Predict.Images transform = Predict.using(path).withKernels(EjmlKernels.NAME);
    List<Classification> answers =
        Direct.elements(
            folder,
            PredictCoders.CLASSIFICATION,
            p -> images(p, 1).apply(Values.create()).apply("Classify", transform));
    assertArrayEquals(registry.probabilities(1, image(0)), answers.get(0).probabilities(), 1e-6f);
  }

  /** So many times and windows that not all of them can wait for the bundle's end. */
  @Test
  void answersHaveTheTimesAndWindowsOfTheirImages() throws IOException {
    KvCoder<Integer, Long> coder = KvCoder.of(VarIntCoder.of(), VarLongCoder.of());
    List<KV<Integer, Long>> times =
        Direct.elements(
            folder,
            coder,
            p ->
                images(p, 9000)
                    .apply(
                        "Times",
                        WithTimestamps.of(
                            pair -> Instant.ofEpochMilli(1000L - pair.getKey() % 600)))
                    .apply(
                        "Windows", Window.into(FixedWindows.of(org.joda.time.Duration.millis(7))))
                    .apply("Classify", classify())
                    .apply("Reify", Reify.timestamps())
                    .apply("Time", ParDo.of(new TimeFn()))
                    .setCoder(coder)
                    .apply("Collected", Window.into(new GlobalWindows())));
    assertEquals(9000, times.size());
    for (KV<Integer, Long> time : times) {
      assertEquals(1000 - time.getKey() % 600, time.getValue());
    }
  }

  private static final class TimeFn
      extends DoFn<TimestampedValue<KV<Integer, Classification>>, KV<Integer, Long>> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(
        @Element TimestampedValue<KV<Integer, Classification>> value,
        BoundedWindow window,
        OutputReceiver<KV<Integer, Long>> out) {
      Instant time = value.getTimestamp();
      IntervalWindow of = (IntervalWindow) window;
      if (time.isBefore(of.start()) || !time.isBefore(of.end())) {
        throw new IllegalStateException("Expected %s in %s".formatted(time, of));
      }
      out.output(KV.of(value.getValue().getKey(), time.getMillis()));
    }
  }

  /** Promotes the second version, between a bundle before it and one after it. */
  private static final class PromoteFn
      extends DoFn<KV<Integer, Classification>, KV<Integer, Image>> {
    private static final long serialVersionUID = 1L;
    private final String folder;

    PromoteFn(String folder) {
      this.folder = folder;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Classification> answer, OutputReceiver<KV<Integer, Image>> out)
        throws IOException {
      new SmallRegistry(Path.of(folder)).promote(2);
      out.output(KV.of(answer.getKey(), image(answer.getKey())));
    }
  }

  private float[] afterAPromotion(Duration between) throws IOException {
    Predict.Images transform = Predict.using(path).lookingEvery(between);
    return Direct.elements(
            folder,
            ANSWERS,
            p ->
                images(p, 1)
                    .apply("Before", transform.keyed())
                    .apply("Promote", ParDo.of(new PromoteFn(path)))
                    .apply("After", transform.keyed()))
        .get(0)
        .getValue()
        .probabilities();
  }

  @Test
  void aBundleAfterAPromotionIsClassifiedByTheNewChampion() throws IOException {
    float[] probabilities = afterAPromotion(Duration.ZERO);
    assertArrayEquals(registry.probabilities(2, image(0)), probabilities);
  }

  /** One that loaded the model itself would have the new one. */
  @Test
  void aProcessLoadsAModelOnceAndLooksNoMoreOftenThanAskedFor() throws IOException {
    float[] probabilities = afterAPromotion(Duration.ofHours(1));
    assertArrayEquals(registry.probabilities(1, image(0)), probabilities);
  }

  @Test
  void imagesOfAnotherShapeAreRefusedNamingBoth() {
    Throwable thrown =
        assertThrows(
            Exception.class,
            () ->
                Direct.elements(
                    folder,
                    PredictCoders.CLASSIFICATION,
                    p ->
                        p.apply(Create.of(new Image(Shape.of(2, 3), new byte[6])))
                            .apply("Classify", Predict.using(path))));
    StringBuilder messages = new StringBuilder();
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      messages.append(t.getMessage()).append('\n');
    }
    assertTrue(messages.toString().contains("(2, 3)"), messages.toString());
  }
}
