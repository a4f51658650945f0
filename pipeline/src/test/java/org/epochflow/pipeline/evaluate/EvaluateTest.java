package org.epochflow.pipeline.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.epochflow.model.format.KerasFile;
import org.epochflow.model.kernel.EjmlKernels;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.metric.ConfusionMatrix;
import org.epochflow.model.metric.Quality;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.nn.Loss;
import org.epochflow.model.nn.Network;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.Direct;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.data.IdxIO;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.store.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An evaluation by blocks equals a plain loop over the network, example by example. */
final class EvaluateTest {
  private static final int RECORD_BYTES = SmallData.HEIGHT * SmallData.WIDTH;
  private final Path folder;

  EvaluateTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @CsvSource({"softmax, 1", "softmax, 7", "softmax, 256", "mlp, 32", "cnn, 5", "cnn, 256"})
  void thePipelineEqualsAPlainLoopInAnyBlockSize(String network, int perBlock) throws IOException {
    thePipelineEqualsAPlainLoop(network, perBlock, Kernels.auto());
    thePipelineEqualsAPlainLoop(network, perBlock, EjmlKernels.NAME);
  }

  private void thePipelineEqualsAPlainLoop(String network, int perBlock, String kernels)
      throws IOException {
    List<Source> files = SmallData.withRejected(folder).train();
    TrainingState state = state(network, kernels);
    Evaluation expected = plainLoop(files, state);
    assertEquals(196, expected.tally().examples());
    assertFalse(expected.wrong().isEmpty());
    Evaluation found = evaluate(files, state, perBlock);
    requireSame(expected, found);
  }

  @Test
  void partsMergedInAnyOrderEqualTheWhole() throws IOException {
    Evaluation whole =
        plainLoop(SmallData.withRejected(folder).train(), state("softmax", Kernels.auto()));
    List<Evaluation> parts = new ArrayList<>();
    for (Source files : SmallData.withRejected(folder).train()) {
      parts.add(plainLoop(List.of(files), state("softmax", Kernels.auto())));
    }
    long[] first = {0, 120, 197};
    for (int i = 0; i < parts.size(); i++) {
      Evaluation part = parts.get(i);
      long before = first[i];
      List<Prediction> shifted =
          part.wrong().stream()
              .map(
                  w ->
                      new Prediction(
                          w.index() + before, w.label(), w.predicted(), w.probabilities()))
              .toList();
      parts.set(i, new Evaluation(part.tally(), part.quality(), shifted));
    }
    for (int seed = 0; seed < 6; seed++) {
      Collections.shuffle(parts, new Random(seed));
      requireSame(whole, Evaluation.merge(SmallData.CLASSES, parts));
      Evaluation some = Evaluation.merge(SmallData.CLASSES, parts.subList(0, 2));
      requireSame(whole, Evaluation.merge(SmallData.CLASSES, List.of(parts.get(2), some)));
    }
  }

  @Test
  void noPartsAreNoExamples() {
    Evaluation none = Evaluation.merge(3, List.of());
    assertEquals(Tally.NONE, none.tally());
    assertEquals(ConfusionMatrix.empty(3), none.confusion());
    assertEquals(List.of(), none.wrong());
  }

  private Evaluation evaluate(List<Source> files, TrainingState state, int perBlock)
      throws IOException {
    String model = folder.resolve("model.keras").toString();
    Storage.write(model, out -> KerasFile.write(state, out));
    EvaluateModel evaluation =
        new EvaluateModel(
            model,
            Preprocessing.STANDARD,
            Loss.of(state.config().architecture()),
            SmallData.CLASSES,
            state.config().kernels(),
            folder.resolve("work").toString());
    Records records = Records.open(files);
    Direct.execution(2)
        .run(
            "evaluate",
            pipeline ->
                pipeline.apply(
                    "Evaluate",
                    evaluation.transform(
                        IdxIO.read(records).withRecordsPerBlock(perBlock), block -> block)),
            Execution.Watch.NONE);
    Evaluation result = evaluation.result();
    assertTrue(Files.notExists(folder.resolve("work/evaluation")));
    return result;
  }

  private static TrainingState state(String network, String kernels) {
    DataParallel parallel = new DataParallel(Strategy.LOCAL, 1, 1);
    return SmallNetworks.begun(
        SmallNetworks.on(kernels, SmallNetworks.config(SmallNetworks.named(network), parallel)));
  }

  private static Evaluation plainLoop(List<Source> files, TrainingState state) throws IOException {
    Network network =
        new Network(
            state.config().architecture(),
            Kernels.named(state.config().kernels()),
            state.model().parameters());
    Loss loss = Loss.of(state.config().architecture());
    Tally tally = Tally.NONE;
    Quality quality = Quality.none(SmallData.CLASSES);
    List<Prediction> wrong = new ArrayList<>();
    long index = 0;
    for (Source pair : files) {
      byte[] images = Files.readAllBytes(Path.of(pair.images()));
      byte[] labels = Files.readAllBytes(Path.of(pair.labels()));
      for (int i = 0; i < labels.length - 8; i++, index++) {
        int label = Byte.toUnsignedInt(labels[8 + i]);
        if (label >= SmallData.CLASSES) {
          continue;
        }
        float[] x = new float[RECORD_BYTES];
        Preprocessing.STANDARD.normalize(images, 16 + i * RECORD_BYTES, RECORD_BYTES, x, 0);
        float[] p = network.predict(x, 1);
        int predicted = Network.largest(p, 0, p.length);
        tally = tally.plus(Tally.of(loss.of(p, 0, p.length, label), predicted == label));
        Quality.Counts one = new Quality.Counts(SmallData.CLASSES);
        one.add(label, predicted, p, 0);
        quality = quality.merge(one.quality());
        if (predicted != label) {
          wrong.add(new Prediction(index, label, predicted, p));
        }
      }
    }
    return new Evaluation(tally, quality, wrong);
  }

  private static void requireSame(Evaluation expected, Evaluation found) {
    assertEquals(expected.tally(), found.tally());
    assertEquals(expected.quality(), found.quality());
    assertEquals(expected.wrong().size(), found.wrong().size());
    for (int i = 0; i < expected.wrong().size(); i++) {
      Prediction one = expected.wrong().get(i);
      Prediction other = found.wrong().get(i);
      assertEquals(one.index(), other.index());
      assertEquals(one.label(), other.label());
      assertEquals(one.predicted(), other.predicted());
      assertArrayEquals(one.probabilities(), other.probabilities());
      assertEquals(one.probabilities()[one.predicted()], other.confidence());
    }
  }
}
