package org.epochflow.model.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.optim.EveryOptimizer;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written is what is read, and the same state is the same bytes. */
final class KerasFileTest {
  private static final ModelState NO_MODEL = ModelState.startingFrom(new float[0], 0);

  static List<TrainingState> states() {
    List<TrainingState> states = new ArrayList<>();
    long seed = 0;
    for (Architecture architecture : States.presets()) {
      for (Strategy strategy : Strategy.values()) {
        states.add(States.random(architecture, strategy, seed++));
      }
    }
    for (Optimizer optimizer : EveryOptimizer.variants()) {
      Architecture architecture = States.presets().get(3);
      Random random = new Random(seed);
      states.add(
          States.random(States.config(architecture, Strategy.LOCAL, optimizer, random), seed++));
    }
    return states;
  }

  @ParameterizedTest
  @MethodSource("states")
  void writtenThenReadIsTheSameState(TrainingState state) throws IOException {
    SavedModel read = States.read(States.write(state));
    assertEquals(state.config().architecture(), read.architecture());
    assertEquals(state.config().preprocessing(), read.preprocessing());
    assertSameBits(state.model().parameters(), read.parameters());
    TrainingState again = read.state().orElseThrow();
    assertSameState(state, again);
  }

  @ParameterizedTest
  @MethodSource("states")
  void theSameStateIsTheSameBytes(TrainingState state) throws IOException {
    byte[] bytes = States.write(state);
    assertArrayEquals(bytes, States.write(state));
    assertArrayEquals(bytes, States.write(States.read(bytes).state().orElseThrow()));
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void aStateBeforeItsFirstEpochIsReadAsSuch(Strategy strategy) throws IOException {
    Architecture architecture = States.presets().get(0);
    TrainingState state =
        TrainingState.begin(
            States.trained(architecture, strategy, 1).config(),
            new float[architecture.parameterCount()]);
    assertSameState(state, States.read(States.write(state)).state().orElseThrow());
  }

  @Test
  void nothingOfTheMachineOrTheClockIsInTheFile() throws IOException {
    byte[] bytes = States.write(States.trained(States.presets().get(0), Strategy.LOCAL, 1));
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
        assertEquals(Archive.TIME, e.getTimeLocal(), e.getName());
        String content = new String(zip.readAllBytes(), StandardCharsets.US_ASCII);
        assertFalse(content.contains("jHDF"), e.getName());
        assertFalse(content.contains(System.getProperty("os.name")), e.getName());
      }
    }
  }

  private static void assertSameState(TrainingState expected, TrainingState found) {
    assertSameBits(expected.model().parameters(), found.model().parameters());
    assertSameSlots(expected.model(), found.model());
    assertEquals(expected.model().step(), found.model().step());
    assertEquals(withoutModel(expected), withoutModel(found));
  }

  private static TrainingState withoutModel(TrainingState state) {
    return new TrainingState(
        state.config(),
        NO_MODEL,
        state.history(),
        state.stoppingBest(),
        state.waited(),
        state.bestValue(),
        state.bestEpoch());
  }

  static void assertSameSlots(ModelState expected, ModelState found) {
    assertEquals(expected.slots().size(), found.slots().size());
    for (int slot = 0; slot < expected.slots().size(); slot++) {
      assertSameBits(expected.slots().get(slot), found.slots().get(slot));
    }
  }

  static void assertSameBits(float[] expected, float[] found) {
    assertEquals(expected.length, found.length);
    for (int i = 0; i < expected.length; i++) {
      if (Float.floatToRawIntBits(expected[i]) != Float.floatToRawIntBits(found[i])) {
        throw new AssertionError(
            String.format(Locale.ROOT, "Expected %s at %d, found %s", expected[i], i, found[i]));
      }
    }
  }
}
