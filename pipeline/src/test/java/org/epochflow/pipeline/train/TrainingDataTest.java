package org.epochflow.pipeline.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.epochflow.model.idx.IdxFormatException;
import org.epochflow.model.nn.Examples;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.Split;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.Direct;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.data.Block;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.IdxIO;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.Sample;
import org.epochflow.pipeline.data.Source;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kept record trains or validates, as Split says, and no record does both. */
final class TrainingDataTest {
  private static final int RECORD_BYTES = SmallData.HEIGHT * SmallData.WIDTH;
  private static PreparedData withRejected;
  private final Path folder;

  @BeforeAll
  static void ingest(@TempDir Path folder) throws IOException {
    withRejected =
        SmallData.prepare(
            folder.resolve("data"), SmallData.withRejected(folder), SmallData.CLASSES, 2);
  }

  TrainingDataTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @CsvSource({"0.2, true", "0.2, false", "0.001, true", "0.001, false", "0.5, true", "0.99, false"})
  void trainingAndValidationEqualSplitsAnswerRecordByRecord(double validation, boolean stratify)
      throws IOException {
    PreparedData prepared = withRejected;
    TrainingConfig config = SmallNetworks.config(3, new SplitRule(validation, stratify));
    TrainingData data = data(prepared, config);
    Map<Long, String> training = new HashMap<>();
    Map<Long, String> validating = new HashMap<>();
    expect(prepared, config, training, validating);
    assertEquals(training.size(), data.trainExamples());
    assertEquals(validating.size(), data.validationExamples());
    assertEquals(training.size(), prepared.trainExamples(config));
    for (int epoch = 0; epoch < 3; epoch++) {
      assertEquals(training, trained(data, config, epoch));
    }
    assertEquals(validating, validated(data));
  }

  @Test
  void validationPerClassCountsWhatValidates() throws IOException {
    PreparedData prepared = withRejected;
    for (boolean stratify : new boolean[] {true, false}) {
      TrainingConfig config = SmallNetworks.config(1, new SplitRule(0.3, stratify));
      TrainingData data = data(prepared, config);
      Long[] counts = new Long[SmallData.CLASSES];
      Arrays.fill(counts, 0L);
      for (int block = 0; block < data.blocks(); block++) {
        for (byte label : data.validation(block).labels()) {
          counts[label]++;
        }
      }
      assertEquals(List.of(counts), data.validationPerClass());
      assertEquals(
          data.validationExamples(),
          data.validationPerClass().stream().mapToLong(Long::longValue).sum());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void validationPerClassReadsNoPixels(boolean stratify) throws IOException {
    Source files = SmallData.random(folder, "few", 100, 78);
    TrainingData data = data(prepare(files), SmallNetworks.config(1, new SplitRule(0.3, stratify)));
    Files.delete(Path.of(files.images()));
    assertEquals(30, data.validationPerClass().stream().mapToLong(Long::longValue).sum());
  }

  @Test
  void validationPerClassRefusesLabelsThatChanged() throws IOException {
    Source files = SmallData.random(folder, "changed", 100, 79);
    PreparedData prepared = prepare(files);
    TrainingData data = data(prepared, SmallNetworks.config(1, new SplitRule(0.3, false)));
    Path labels = Path.of(files.labels());
    byte[] bytes = Files.readAllBytes(labels);
    bytes[8 + 70] = (byte) 200;
    Files.write(labels, bytes);
    var fault = assertThrows(IdxFormatException.class, data::validationPerClass);
    assertEquals(files.labels(), fault.file());
    assertEquals(8 + 64, fault.offset());
    assertEquals(
        "records 64 to 95 as they were when this run began (per class %s)"
            .formatted(prepared.dataSet().train().blocks().get(2).perClass()),
        fault.expected());
  }

  private PreparedData prepare(Source files) throws IOException {
    return SmallData.prepare(
        folder.resolve("data"), new DataFiles(List.of(files), List.of()), SmallData.CLASSES, 0);
  }

  @Test
  void validationSamplesAreOfTheValidationPart() throws IOException {
    TrainingConfig config = SmallNetworks.config(1, SplitRule.ofFold(2, 3, false));
    TrainingData data = data(withRejected, config);
    List<Sample> samples = data.validationSamples();
    Map<Long, String> validating = validated(data);
    for (Sample sample : samples) {
      assertEquals(
          validating.get(sample.index()), sample.label() + Arrays.toString(sample.pixels()));
    }
    for (int c = 0; c < SmallData.CLASSES; c++) {
      int label = c;
      assertEquals(
          Math.min(10, data.validationPerClass().get(c)),
          samples.stream().filter(sample -> sample.label() == label).count());
    }
  }

  @Test
  void windowsThatFitInMemoryHoldEveryExampleOnceInWholeBatches() throws IOException {
    int side = 700;
    byte[] labels = new byte[150];
    byte[] pixels = new byte[150 * side * side];
    new Random(3).nextBytes(pixels);
    Source files = SmallData.write(folder, "large", labels, pixels, side, side);
    PreparedData prepared =
        SmallData.prepare(folder.resolve("data"), new DataFiles(List.of(files), List.of()), 2, 0);
    TrainingConfig config =
        SmallNetworks.config(
            Presets.softmax(Shape.of(side, side, 1), 2),
            new DataParallel(Strategy.LOCAL, 1, 1),
            1,
            new SplitRule(0.05, false),
            new EarlyStopping(false, EarlyStopping.Monitor.VAL_LOSS, 0, 1));
    TrainingData data = data(prepared, config);
    List<Integer> sizes = new ArrayList<>();
    List<Long> indices = new ArrayList<>();
    for (Examples window : data.windows(data.dealing(0).share(0, 0))) {
      sizes.add(window.size());
      for (long index : window.indices()) {
        indices.add(index);
      }
    }
    assertEquals(List.of(128, 14), sizes);
    assertEquals(142, indices.stream().distinct().count());
  }

  @Test
  void aBlockThatChangedAfterIngestIsRefusedWithItsPlace() throws IOException {
    Source files = SmallData.random(folder, "changed", 100, 77);
    PreparedData prepared = prepare(files);
    TrainingData data = data(prepared, SmallNetworks.config(1, new SplitRule(0.2, true)));
    Path images = Path.of(files.images());
    byte[] bytes = Files.readAllBytes(images);
    bytes[16 + 64 * RECORD_BYTES + 5] ^= 1;
    Files.write(images, bytes);
    assertTrue(data.validation(1).size() > 0, "the block before is as it was");
    var fault = assertThrows(IdxFormatException.class, () -> data.validation(2));
    assertEquals(files.images(), fault.file());
    assertEquals(16 + 64 * RECORD_BYTES, fault.offset());
    assertEquals(
        String.format(
            Locale.ROOT,
            "records 64 to 95 as they were when this run began (CRC %08x)",
            prepared.dataSet().train().blocks().get(2).crc()),
        fault.expected());
    assertTrue(fault.found().startsWith("others (CRC "), fault.found());
  }

  @Test
  void theTransformKeepsTheRecordsThatValidate() throws IOException {
    PreparedData prepared = withRejected;
    TrainingConfig config = SmallNetworks.config(1, new SplitRule(0.3, true));
    Map<Long, String> training = new HashMap<>();
    Map<Long, String> validating = new HashMap<>();
    expect(prepared, config, training, validating);
    List<Block> kept =
        Direct.elements(
            folder,
            new Block.Coder(),
            pipeline ->
                pipeline.apply(
                    "Split",
                    IdxIO.read(prepared.train())
                        .each(
                            SplitTrainValidation.validation(prepared, config), new Block.Coder())));
    Map<Long, String> found = new HashMap<>();
    kept.forEach(
        block -> add(new Examples(block.pixels(), block.labels(), block.indices()), found));
    assertEquals(validating, found);
  }

  private static TrainingData data(PreparedData prepared, TrainingConfig config) {
    return new TrainingData(prepared.dataSet().train(), prepared.train(), config);
  }

  private static Map<Long, String> trained(TrainingData data, TrainingConfig config, int epoch) {
    Map<Long, String> all = new HashMap<>();
    for (int round = 0; round < config.parallel().rounds(); round++) {
      for (int replica = 0; replica < config.parallel().replicas(); replica++) {
        data.windows(data.dealing(epoch).share(round, replica)).forEach(x -> add(x, all));
      }
    }
    return all;
  }

  private static Map<Long, String> validated(TrainingData data) throws IOException {
    Map<Long, String> all = new HashMap<>();
    for (int block = 0; block < data.blocks(); block++) {
      add(data.validation(block), all);
    }
    return all;
  }

  private static void add(Examples examples, Map<Long, String> to) {
    for (int i = 0; i < examples.size(); i++) {
      int from = examples.offsets()[i];
      byte[] pixels = Arrays.copyOfRange(examples.pixels()[i], from, from + RECORD_BYTES);
      String before = to.put(examples.indices()[i], examples.labels()[i] + Arrays.toString(pixels));
      assertNull(before, "twice");
    }
  }

  /** What a plain loop over the files' bytes and Split say. */
  private static void expect(
      PreparedData prepared,
      TrainingConfig config,
      Map<Long, String> training,
      Map<Long, String> validating)
      throws IOException {
    Split split = new Split(config.split(), config.seed(), prepared.dataSet().train().perClass());
    long[] ranks = new long[SmallData.CLASSES];
    long record = -1;
    long index = 0;
    for (Source files : SmallData.files(prepared).train()) {
      byte[] labels = Files.readAllBytes(Path.of(files.labels()));
      byte[] images = Files.readAllBytes(Path.of(files.images()));
      for (int i = 0; i < labels.length - 8; i++) {
        record++;
        int label = labels[8 + i] & 0xff;
        if (label >= SmallData.CLASSES) {
          continue;
        }
        int from = 16 + i * RECORD_BYTES;
        String example =
            label + Arrays.toString(Arrays.copyOfRange(images, from, from + RECORD_BYTES));
        boolean validates = split.validates(index++, label, ranks[label]++);
        (validates ? validating : training).put(record, example);
      }
    }
    assertEquals(198 - 2, training.size() + validating.size());
  }

  @Test
  void aShareIsReadInTheSameOrderEveryTime() throws IOException {
    TrainingConfig config = SmallNetworks.config(1, new SplitRule(0.2, true));
    TrainingData data = data(withRejected, config);
    var share = data.dealing(0).share(1, 1);
    Examples first = data.windows(share).iterator().next();
    Examples again = data.windows(share).iterator().next();
    assertArrayEquals(first.indices(), again.indices());
    assertArrayEquals(first.pixels(), again.pixels());
  }
}
