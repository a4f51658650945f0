package org.epochflow.model.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.nn.Initializer;
import org.epochflow.model.nn.Variable;
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

  private static List<float[]> begun(Optimizer optimizer, int size) {
    List<float[]> slots = optimizer.slots().stream().map(slot -> new float[size]).toList();
    for (int slot = 0; slot < slots.size(); slot++) {
      Arrays.fill(slots.get(slot), optimizer.initially(slot));
    }
    return slots;
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aStepOverARangeIsStepsOverItsParts(String name, Optimizer optimizer) {
    Kernels kernels = Kernels.named(name);
    float[] whole = floats(SIZE);
    float[] parts = whole.clone();
    List<float[]> wholeSlots = begun(optimizer, SIZE);
    List<float[]> partsSlots = begun(optimizer, SIZE);
    for (int t = 1; t <= STEPS; t++) {
      float[] g = floats(SIZE);
      optimizer.update(wholeSlots, 0.1, t).apply(kernels, whole, 0, SIZE, g, 0);
      Update step = optimizer.update(partsSlots, 0.1, t);
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
    List<float[]> slots = begun(optimizer, SIZE);
    optimizer.update(slots, 0.1, 1).apply(Kernels.named(name), w, 20, 61, floats(41), 0);
    for (int i = 0; i < SIZE; i++) {
      boolean inside = 20 <= i && i < 61;
      assertEquals(inside, w[i] != before[i]);
      for (int slot = 0; slot < slots.size(); slot++) {
        assertEquals(inside, slots.get(slot)[i] != optimizer.initially(slot));
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
      List<float[]> fusedSlots = begun(optimizer, size);
      List<float[]> apartSlots = begun(optimizer, size);
      for (int t = 1; t <= STEPS; t++) {
        x.data = floats(x.getNumElements());
        dy.data = floats(dy.getNumElements());
        float[] gradient = new float[size];
        kernels.denseGradient(x, dy, gradient, 0, true);
        optimizer.update(apartSlots, 0.1, t).apply(kernels, apart, 0, size, gradient, 0);
        Update step = optimizer.update(fusedSlots, 0.1, t);
        kernels.denseUpdate(x, dy, fused, floats(size), 0, true, step);
        assertArrayEquals(apart, fused);
        assertArrayEquals(apartSlots.toArray(), fusedSlots.toArray());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void keepsEachSlotOfEachVariableInAPlaceOfItsOwn(String name, Optimizer optimizer) {
    List<Variable> variables = new ArrayList<>();
    for (List<Integer> dimensions :
        List.of(List.of(3, 4), List.of(4), List.of(2, 2, 3, 4), List.of(4, 5), List.of(5))) {
      variables.add(new Variable("v", dimensions, Initializer.ZEROS));
    }
    List<Integer> places = new ArrayList<>();
    for (int variable = 0; variable < variables.size(); variable++) {
      for (int slot = 0; slot < optimizer.slots().size(); slot++) {
        int place = optimizer.kerasPlace(variable, slot, variables);
        assertEquals(place < 0, slot == 1 && optimizer.stepsWhole(variables.get(variable)));
        if (place >= 0) {
          places.add(place);
        }
      }
    }
    Collections.sort(places);
    assertEquals(IntStream.range(0, places.size()).boxed().toList(), places);
    assertEquals(optimizer.slots().size(), new HashSet<>(optimizer.slots()).size());
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
  void gradientsAreClippedInOneWay() {
    Optimizer twice =
        Optimizers.with(Optimizers.named("sgd"), Map.of("clipnorm", 1.0, "globalClipnorm", 1.0));
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> Optimizers.requireSound(twice));
    assertEquals(
        "Expected one of clipnorm, clipvalue and globalClipnorm, found clipnorm and"
            + " globalClipnorm",
        e.getMessage());
  }

  @Test
  void aSettingOfAnotherIsRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Optimizers.with(Optimizers.named("adam"), Map.of("beta3", 0.5)));
    assertEquals(
        "Expected settings of adam (beta1, beta2, epsilon, amsgrad, weightDecay, clipnorm,"
            + " clipvalue, globalClipnorm), found beta3",
        e.getMessage());
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
