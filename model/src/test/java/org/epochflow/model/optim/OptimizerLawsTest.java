package org.epochflow.model.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.Golden;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.kernel.Update;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every optimiser keeps to, whichever there are. */
class OptimizerLawsTest {
  private static final int SIZE = 103;
  private static final int STEPS = 3;
  private final Random random = new Random(4);

  static Stream<Arguments> optimizers() {
    return Kernels.NAMES.stream()
        .sorted()
        .flatMap(
            kernels ->
                EveryOptimizer.variants().stream()
                    .map(optimizer -> Arguments.of(kernels, optimizer)));
  }

  private float[] floats(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static List<float[]> zeros(Optimizer optimizer, int size) {
    return optimizer.slots().stream().map(slot -> new float[size]).toList();
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aStepOverARangeIsStepsOverItsParts(String name, Optimizer optimizer) {
    Kernels kernels = Kernels.named(name);
    float[] whole = floats(SIZE);
    float[] parts = whole.clone();
    List<float[]> wholeSlots = zeros(optimizer, SIZE);
    List<float[]> partsSlots = zeros(optimizer, SIZE);
    for (int t = 1; t <= STEPS; t++) {
      float[] g = floats(SIZE);
      optimizer.step(wholeSlots, 0.1, t).apply(kernels, whole, 0, SIZE, g, 0);
      Update step = optimizer.step(partsSlots, 0.1, t);
      List<int[]> cuts = cuts();
      Collections.shuffle(cuts, random);
      for (int[] cut : cuts) {
        // The part's gradient alone, somewhere else.
        int at = random.nextInt(5);
        float[] part = floats(at + cut[1] - cut[0]);
        System.arraycopy(g, cut[0], part, at, cut[1] - cut[0]);
        float[] before = part.clone();
        step.apply(kernels, parts, cut[0], cut[1], part, at);
        assertArrayEquals(before, part, "the gradient");
      }
      assertArrayEquals(whole, parts);
      assertArrayEquals(wholeSlots.toArray(), partsSlots.toArray());
    }
  }

  /** Ranges that cover everything, some of them empty. */
  private List<int[]> cuts() {
    int[] places = random.ints(6, 0, SIZE + 1).sorted().toArray();
    List<int[]> cuts = new ArrayList<>();
    int from = 0;
    for (int to : places) {
      cuts.add(new int[] {from, to});
      from = to;
    }
    cuts.add(new int[] {from, SIZE});
    return cuts;
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void nothingOutsideTheRangeIsTouchedAndAllInsideIsStepped(String name, Optimizer optimizer) {
    float[] w = floats(SIZE);
    float[] before = w.clone();
    List<float[]> slots = zeros(optimizer, SIZE);
    optimizer.step(slots, 0.1, 1).apply(Kernels.named(name), w, 20, 61, floats(41), 0);
    for (int i = 0; i < SIZE; i++) {
      boolean inside = 20 <= i && i < 61;
      assertEquals(inside, w[i] != before[i]);
      for (float[] slot : slots) {
        assertEquals(inside, slot[i] != 0);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void fusedWithADenseLayersGradientItIsTheSameBits(String name, Optimizer optimizer) {
    for (int[] sizes : new int[][] {{1, 5, 3}, {2, 33, 20}, {7, 40, 17}, {33, 19, 31}}) {
      Kernels kernels = Kernels.named(name);
      FMatrixRMaj x = new FMatrixRMaj(sizes[0], sizes[1]);
      FMatrixRMaj dy = new FMatrixRMaj(sizes[0], sizes[2]);
      int size = (sizes[1] + 1) * sizes[2];
      float[] fused = floats(size);
      float[] apart = fused.clone();
      List<float[]> fusedSlots = zeros(optimizer, size);
      List<float[]> apartSlots = zeros(optimizer, size);
      for (int t = 1; t <= STEPS; t++) {
        x.data = floats(x.getNumElements());
        dy.data = floats(dy.getNumElements());
        float[] gradient = new float[size];
        kernels.denseGradient(x, dy, gradient, 0, true);
        optimizer.step(apartSlots, 0.1, t).apply(kernels, apart, 0, size, gradient, 0);
        Update step = optimizer.step(fusedSlots, 0.1, t);
        kernels.denseUpdate(x, dy, fused, floats(size), 0, true, step);
        assertArrayEquals(apart, fused);
        assertArrayEquals(apartSlots.toArray(), fusedSlots.toArray());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void keepsEachSlotOfEachVariableInAPlaceOfItsOwn(String name, Optimizer optimizer) {
    int slots = optimizer.slots().size();
    Set<Integer> places = new HashSet<>();
    IntStream.range(0, 5)
        .forEach(
            variable ->
                IntStream.range(0, slots)
                    .forEach(slot -> places.add(optimizer.kerasPlace(variable, 5, slot))));
    assertEquals(Set.copyOf(IntStream.range(0, 5 * slots).boxed().toList()), places);
    assertEquals(slots, new HashSet<>(optimizer.slots()).size());
  }

  static List<JsonNode> golden() throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    Golden.read("optimizers.json").get("cases").forEach(cases::add);
    return cases;
  }

  private static Optimizer ours(JsonNode golden) {
    Map<String, Object> settings = new HashMap<>();
    golden
        .properties()
        .forEach(
            field ->
                settings.put(
                    field.getKey(),
                    field.getValue().isBoolean()
                        ? (Object) field.getValue().booleanValue()
                        : (Object) field.getValue().doubleValue()));
    settings.remove("name");
    return Optimizers.with(Optimizers.named(golden.get("name").textValue()), settings);
  }

  @Test
  void eachIsComparedWithKeras() throws IOException {
    List<Optimizer> compared = golden().stream().map(c -> ours(c.get("epochflow"))).toList();
    for (Optimizer optimizer : Optimizers.ALL) {
      assertTrue(compared.contains(optimizer), optimizer.name());
    }
    for (Optimizers.Option option : Optimizers.options()) {
      assertTrue(
          golden().stream().anyMatch(c -> c.get("epochflow").has(option.name())), option.name());
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  void threeStepsAreKeras(JsonNode golden) {
    Optimizer optimizer = ours(golden.get("epochflow"));
    JsonNode weights = golden.get("weights");
    float[] first = Golden.floats(weights.get(0));
    for (String name : Kernels.NAMES) {
      float[] w = first.clone();
      List<float[]> slots = zeros(optimizer, w.length);
      for (int t = 1; t <= STEPS; t++) {
        float[] g = Golden.floats(golden.get("gradients").get(t - 1));
        Update step = optimizer.step(slots, golden.get("rate").doubleValue(), t);
        step.apply(Kernels.named(name), w, 0, w.length, g, 0);
        assertArrayEquals(Golden.floats(weights.get(t)), w, 1e-6f);
      }
      assertState(golden, optimizer, slots);
    }
  }

  /** Each variable of Keras's state is the part of a slot that belongs there. */
  private static void assertState(JsonNode golden, Optimizer optimizer, List<float[]> slots) {
    int variables = golden.get("weights").get(0).size();
    assertEquals(variables * slots.size(), golden.get("state").size());
    int from = 0;
    for (int variable = 0; variable < variables; variable++) {
      int to = from + golden.get("weights").get(0).get(variable).size();
      for (int slot = 0; slot < slots.size(); slot++) {
        int place = optimizer.kerasPlace(variable, variables, slot);
        float[] keras = Golden.floats(golden.get("state").get(place));
        assertArrayEquals(keras, Arrays.copyOfRange(slots.get(slot), from, to), 1e-6f);
      }
      from = to;
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  void theFormIsKerasOwn(JsonNode golden) {
    Optimizer optimizer = ours(golden.get("epochflow"));
    Optimizer.KerasForm form = optimizer.keras();
    JsonNode config = golden.get("keras").get("config");
    assertEquals(golden.get("keras").get("class_name").textValue(), form.className());
    assertEquals(config.get("name").textValue(), optimizer.name());
    form.settings()
        .properties()
        .forEach(field -> assertEquals(config.get(field.getKey()), field.getValue()));
    Set<String> common =
        Set.of(
            "name",
            "learning_rate",
            "weight_decay",
            "clipnorm",
            "global_clipnorm",
            "clipvalue",
            "use_ema",
            "ema_momentum",
            "ema_overwrite_frequency",
            "loss_scale_factor",
            "gradient_accumulation_steps");
    config
        .fieldNames()
        .forEachRemaining(
            field -> assertTrue(common.contains(field) || form.settings().has(field), field));
    if (Optimizers.ALL.contains(optimizer)) {
      assertEquals(golden.get("rate").doubleValue(), optimizer.defaultRate());
    }
  }

  @Test
  void settingsOutsideTheirRangeAreRefused() {
    for (Optimizers.Option option : Optimizers.options()) {
      for (Map.Entry<String, Object> had : option.defaults().entrySet()) {
        Optimizer optimizer = Optimizers.named(had.getKey());
        Optimizers.requireSound(optimizer);
        assertEquals(optimizer, Optimizers.with(optimizer, Map.of(option.name(), had.getValue())));
        if (had.getValue() instanceof Double) {
          for (double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            Optimizer unsound = Optimizers.with(optimizer, Map.of(option.name(), wrong));
            Exception e =
                assertThrows(
                    IllegalArgumentException.class, () -> Optimizers.requireSound(unsound));
            String message = String.valueOf(e.getMessage());
            assertTrue(message.contains("Expected " + option.name()), message);
          }
        }
      }
    }
  }

  @Test
  void aSettingOfAnotherIsRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Optimizers.with(Optimizers.named("adam"), Map.of("beta3", 0.5)));
    assertEquals("Expected settings of adam (beta1, beta2, epsilon), found beta3", e.getMessage());
  }

  @Test
  void optionsSayWhatTheyAre() {
    for (Optimizers.Option option : Optimizers.options()) {
      assertFalse(option.setting().value().isBlank());
      assertTrue(option.type() == double.class || option.type() == boolean.class);
    }
    assertEquals(
        Optimizers.ALL.size(), Optimizers.ALL.stream().map(Optimizer::name).distinct().count());
  }
}
