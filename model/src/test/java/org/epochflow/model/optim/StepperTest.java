package org.epochflow.model.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Initializer;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.parallel.Team;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps along whole gradients: on any number of threads, and as ranges are stepped. */
class StepperTest {
  private static final int GAP = 11;
  private static final List<List<Integer>> SHAPES =
      List.of(
          List.of(70, 37),
          List.of(37),
          List.of(5, 91),
          List.of(3, 3, 2, 5),
          List.of(90, 60),
          List.of(5000));
  private final List<Variable> variables = new ArrayList<>();
  private int size;

  StepperTest() {
    for (List<Integer> dimensions : SHAPES) {
      variables.add(new Variable("v", dimensions, Initializer.ZEROS, true, size));
      size = variables.get(variables.size() - 1).end() + GAP;
    }
  }

  static List<Optimizer> optimizers() {
    return EveryOptimizer.variants();
  }

  private float[] floats(long seed) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** The parameters and the state after three steps. */
  private List<float[]> stepped(Optimizer optimizer, String kernels, int threads) {
    float[] gradient = new float[size];
    List<float[]> all = new ArrayList<>(List.of(floats(0)));
    for (int slot = 0; slot < optimizer.slots().size(); slot++) {
      float[] values = new float[size];
      Arrays.fill(values, optimizer.initially(slot));
      all.add(values);
    }
    Stepper.Parameters parameters =
        new Stepper.Parameters(variables, all.get(0), gradient, all.subList(1, all.size()));
    try (Team team = new Team(threads)) {
      Stepper stepper = new Stepper(optimizer, parameters, Kernels.named(kernels, team), team);
      for (int t = 1; t <= 3; t++) {
        System.arraycopy(floats(t), 0, gradient, 0, size);
        stepper.step(0.01, t);
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void anyNumberOfThreadsGivesTheSameBits(Optimizer optimizer) {
    String kernels = Kernels.auto();
    Object[] one = stepped(optimizer, kernels, 1).toArray();
    for (int threads : new int[] {2, 3, 5}) {
      if (Kernels.threads(kernels, threads) == threads) {
        assertArrayEquals(one, stepped(optimizer, kernels, threads).toArray());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void whatIsBetweenTheVariablesStays(Optimizer optimizer) {
    float[] before = floats(0);
    float[] after = stepped(optimizer, Kernels.auto(), 1).get(0);
    for (Variable variable : variables) {
      for (int i = variable.end(); i < variable.end() + GAP; i++) {
        assertEquals(before[i], after[i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void theKernelsAgree(Optimizer optimizer) {
    List<float[]> one = stepped(optimizer, "ejml", 1);
    List<float[]> other = stepped(optimizer, Kernels.auto(), 1);
    for (int i = 0; i < one.size(); i++) {
      assertArrayEquals(one.get(i), other.get(i), 1e-4f);
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void withoutNeedItIsTheStepsOfRanges(Optimizer optimizer) {
    if (Stepper.isNeeded(optimizer, variables)) {
      return;
    }
    List<float[]> all = stepped(optimizer, "ejml", 1);
    float[] w = floats(0);
    List<float[]> slots = optimizer.slots().stream().map(slot -> new float[size]).toList();
    for (int slot = 0; slot < slots.size(); slot++) {
      Arrays.fill(slots.get(slot), optimizer.initially(slot));
    }
    for (int t = 1; t <= 3; t++) {
      optimizer.update(slots, 0.01, t).apply(Kernels.named("ejml"), w, 0, size, floats(t), 0);
    }
    for (Variable variable : variables) {
      for (int i = variable.offset(); i < variable.end(); i++) {
        assertEquals(w[i], all.get(0)[i]);
      }
    }
  }

  @Test
  void normsAreClippedToTheirLimit() {
    for (String clip : List.of("clipnorm", "globalClipnorm")) {
      Optimizer optimizer = Optimizers.with(new Sgd(), Map.of(clip, 2.0));
      float[] w = new float[size];
      float[] gradient = floats(7);
      try (Team team = new Team(1)) {
        new Stepper(
                optimizer,
                new Stepper.Parameters(variables, w, gradient, List.of()),
                Kernels.named("ejml", team),
                team)
            .step(1, 1);
      }
      double all = 0;
      for (Variable variable : variables) {
        double norm = 0;
        for (int i = variable.offset(); i < variable.end(); i++) {
          norm += (double) w[i] * w[i];
        }
        all += norm;
        assertTrue(clip.equals("globalClipnorm") || Math.abs(Math.sqrt(norm) - 2) < 1e-5);
      }
      assertTrue(clip.equals("clipnorm") || Math.abs(Math.sqrt(all) - 2) < 1e-5);
    }
  }

  /** The rotation of a matrix has singular values near 1, so its norm is near the root of them. */
  @Test
  void muonMovesAMatrixByARotation() {
    float[] w = stepped(new Muon(), "ejml", 1).get(0);
    float[] before = floats(0);
    Variable matrix = variables.get(0);
    double norm = 0;
    for (int i = matrix.offset(); i < matrix.end(); i++) {
      norm += (w[i] - before[i]) * (w[i] - before[i]);
    }
    double step = 0.01 * 0.2 * Math.sqrt(70) * Math.sqrt(37);
    assertTrue(Math.sqrt(norm) > 0.5 * step && Math.sqrt(norm) < 4 * step, norm + " " + step);
  }
}
