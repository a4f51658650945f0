package org.epochflow.pipeline.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.epochflow.pipeline.SmallData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@link Samples}. */
class SamplesTest {
  private static final int RECORD_BYTES = SmallData.HEIGHT * SmallData.WIDTH;

  @Test
  void tenOfEachClassAreThemselvesFromAllOfTheFiles(@TempDir Path folder) throws IOException {
    DataFiles files = SmallData.withRejected(folder.resolve("in"));
    DataSet data = SmallData.prepare(folder.resolve("out"), files, SmallData.CLASSES, 2).dataSet();
    List<Sample> samples = data.train().samples();

    for (int c = 0; c < SmallData.CLASSES; c++) {
      int label = c;
      assertEquals(10, samples.stream().filter(sample -> sample.label() == label).count());
    }
    List<Sample> sorted = samples.stream().sorted(Comparator.comparing(Sample::index)).toList();
    assertEquals(sorted, samples);
    assertTrue(samples.stream().anyMatch(sample -> sample.index() >= 120), "of the second file");
    for (Sample sample : samples) {
      requireItself(sample, files);
    }
  }

  private static void requireItself(Sample sample, DataFiles files) throws IOException {
    boolean first = sample.index() < 120;
    Source pair = files.train().get(first ? 0 : sample.index() < 197 ? 1 : 2);
    int record = (int) (first ? sample.index() : sample.index() < 197 ? sample.index() - 120 : 0);
    byte[] labels = Files.readAllBytes(Path.of(pair.labels()));
    byte[] images = Files.readAllBytes(Path.of(pair.images()));
    int from = 16 + record * RECORD_BYTES;
    assertEquals(sample.label(), labels[8 + record]);
    assertArrayEquals(Arrays.copyOfRange(images, from, from + RECORD_BYTES), sample.pixels());
  }

  @Test
  void ofFewExamplesAllAreTaken(@TempDir Path folder) throws IOException {
    DataFiles files = SmallData.sound(folder.resolve("in"), 5, 3);
    DataSet data = SmallData.prepare(folder.resolve("out"), files, SmallData.CLASSES, 0).dataSet();

    assertEquals(
        List.of(0L, 1L, 2L, 3L, 4L), data.train().samples().stream().map(Sample::index).toList());
    assertEquals(3, data.test().samples().size());
  }
}
