package org.epochflow.model.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingState;
import org.junit.jupiter.api.Test;

/** Damaged files and files that do not fit together: one exception, naming file and entry. */
final class KerasFileFaultTest {
  private static final Architecture SMALL = Presets.softmax(Shape.of(3), 2);

  @Test
  void everyTruncationIsFound() throws IOException {
    byte[] bytes = small(Strategy.LOCAL);
    for (int length = 0; length < bytes.length; length++) {
      assertFault(Arrays.copyOf(bytes, length), "test.keras");
    }
  }

  @Test
  void aFlippedBitIsFoundOrChangesNothing() throws IOException {
    byte[] bytes = small(Strategy.LOCAL);
    byte[] state = States.write(States.read(bytes).state().orElseThrow());
    for (int bit = 0; bit < 8 * bytes.length; bit += 11) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      try {
        SavedModel read = States.read(damaged);
        if (read.state().isPresent()) {
          assertArrayEquals(state, States.write(read.state().get()), "bit " + bit);
        }
      } catch (ModelFormatException e) {
        assertTrue(String.valueOf(e.getMessage()).contains("test.keras"), e.getMessage());
      }
    }
  }

  @Test
  void aMissingEntryIsNamed() throws IOException {
    for (String name : new String[] {"config.json", "model.weights.h5"}) {
      Map<String, byte[]> entries = entries(small(Strategy.LOCAL));
      entries.remove(name);
      assertFault(zip(entries), "an entry " + name, "metadata.json");
    }
  }

  @Test
  void withoutOurEntryThereIsAModelAndNoState() throws IOException {
    Map<String, byte[]> entries = entries(small(Strategy.SERVER_ADAM));
    entries.remove("epochflow.json");
    entries.remove("metadata.json");
    SavedModel read = States.read(zip(entries));
    assertTrue(read.state().isEmpty());
    KerasFileTest.assertSameBits(
        States.trained(SMALL, Strategy.SERVER_ADAM, 1).model().parameters(), read.parameters());
  }

  @Test
  void weightsOfAnotherShapeAreRefused() throws IOException {
    Map<String, byte[]> entries = entries(small(Strategy.LOCAL));
    replace(entries, "config.json", "\"units\":2", "\"units\":4");
    assertFault(
        zip(entries), "model.weights.h5", "/layers/dense/vars/0", "[3, 4]", "found", "[3, 2]");
  }

  @Test
  void weightsOfAnotherNetworkAreRefused() throws IOException {
    Map<String, byte[]> entries = entries(small(Strategy.LOCAL));
    Architecture mlp = Presets.mlp(Shape.of(3), 2, 0);
    entries.put("config.json", ArchitectureJson.write(mlp).getBytes(StandardCharsets.UTF_8));
    assertFault(zip(entries), "model.weights.h5", "/layers/dense/vars/0", "[3, 200]");
  }

  @Test
  void momentsThatAreNotThereAreNamed() throws IOException {
    Map<String, byte[]> entries = entries(small(Strategy.LOCAL));
    replace(entries, "epochflow.json", "local-adam", "server-adam");
    String adam = "\"optimizer\":\"adam\",\"beta1\":0.9,\"beta2\":0.999,\"epsilon\":1.0E-7,";
    replace(entries, "epochflow.json", adam, "");
    assertFault(zip(entries), "model.weights.h5", "a dataset /epochflow/m", "none");
  }

  @Test
  void aFaultOfOurEntryIsNamed() throws IOException {
    Map<String, byte[]> entries = entries(small(Strategy.LOCAL));
    replace(entries, "epochflow.json", "\"waited\":0", "\"waited\":\"no\"");
    assertFault(zip(entries), "epochflow.json", "waited", "\"no\"");
    replace(entries, "epochflow.json", "\"version\":1", "\"version\":2");
    assertFault(zip(entries), "epochflow.json", "1 as version", "found 2");
  }

  @Test
  void weightsThatAreNoHdf5AreRefused() throws IOException {
    Map<String, byte[]> entries = entries(small(Strategy.LOCAL));
    byte[] weights = entries.getOrDefault("model.weights.h5", new byte[0]);
    for (int length = 0; length < weights.length; length += 7) {
      entries.put("model.weights.h5", Arrays.copyOf(weights, length));
      assertFault(zip(entries), "model.weights.h5");
    }
    entries.put("model.weights.h5", "PNG, no HDF5".getBytes(StandardCharsets.UTF_8));
    assertFault(zip(entries), "model.weights.h5", "HDF5");
  }

  @Test
  void anEntryThatIsNotNeededIsNotRead() throws IOException {
    byte[] unused = "an entry of another program".getBytes(StandardCharsets.UTF_8);
    Map<String, byte[]> entries = entries(small(Strategy.LOCAL));
    entries.put("other", unused);
    byte[] file = stored(entries);
    file[new String(file, StandardCharsets.ISO_8859_1).indexOf("another program")] ^= 1;
    assertTrue(States.read(file).state().isPresent());
  }

  @Test
  void moreWeightsThanTheNetworkCanHaveAreNotRead() throws IOException {
    Map<String, byte[]> entries = entries(small(Strategy.LOCAL));
    entries.put("model.weights.h5", new byte[20_000_000]);
    assertFault(zip(entries), "model.weights.h5", "at most 16777728 bytes", "found 20000000");
  }

  @Test
  void whatIsNoZipIsCalledWhatItIs() throws IOException {
    byte[] weights = entries(small(Strategy.LOCAL)).getOrDefault("model.weights.h5", new byte[0]);
    assertFault(
        weights, "Expected an attribute model_config, as in a file of a whole model, found none");
    assertFault(new byte[0], "an empty file");
    assertFault("text".getBytes(StandardCharsets.UTF_8), "something else");
    byte[] zip = small(Strategy.LOCAL);
    assertFault(Arrays.copyOf(zip, zip.length / 2), "one that is damaged or cut short");
  }

  private static byte[] small(Strategy strategy) throws IOException {
    TrainingState state = States.trained(SMALL, strategy, 1);
    return States.write(state);
  }

  private static void replace(
      Map<String, byte[]> entries, String name, String written, String other) {
    String text = new String(entries.getOrDefault(name, new byte[0]), StandardCharsets.UTF_8);
    assertTrue(text.contains(written), text);
    entries.put(name, text.replace(written, other).getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, byte[]> entries(byte[] bytes) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
        entries.put(e.getName(), zip.readAllBytes());
      }
    }
    return entries;
  }

  private static byte[] stored(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        Archive.store(zip, entry.getKey(), entry.getValue());
      }
    }
    return out.toByteArray();
  }

  /** A deflated zip, as another tool might write it. */
  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return out.toByteArray();
  }

  private static void assertFault(byte[] bytes, String... parts) {
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> States.read(bytes), () -> "" + bytes.length);
    for (String part : parts) {
      String message = String.valueOf(e.getMessage());
      assertTrue(message.contains(part), "Expected " + part + " in: " + message);
    }
  }
}
