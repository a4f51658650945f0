package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.parallel.Team;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** In a step every variable that trains changes, each of its values once, and no other does. */
class StepLawTest {
  private static final int NETWORKS = 150;
  private static final long KEY = 3;

  static Stream<Arguments> networks() {
    List<Architecture> networks = RandomNetworks.withAffine(NETWORKS);
    return Kernels.NAMES.stream()
        .flatMap(kernels -> networks.stream().map(each -> Arguments.of(kernels, 1, each)));
  }

  static Stream<Arguments> networksOfATeam() {
    assumeTrue(Kernels.auto().equals("vector"), "without the module there are no teams");
    return Stream.of(2, 3)
        .flatMap(
            threads ->
                RandomNetworks.withAffine(NETWORKS).stream()
                    .map(each -> Arguments.of("vector", threads, each)));
  }

  /** A step down the gradient, written so that a value stepped twice is not one stepped once. */
  private static final Update DOWN =
      (kernels, w, from, to, g, at) -> {
        for (int i = from; i < to; i++) {
          w[i] -= 0.5f * g[at + i - from];
        }
      };

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource({"networks", "networksOfATeam"})
  void whatTrainsIsSteppedOnceAndNothingElseIs(
      String kernels, int threads, Architecture architecture) {
    Random random = new Random(1);
    float[] w = Batches.parameters(architecture, random);
    Batch batch = Batches.random(architecture, 9, random);
    float[] before = w.clone();
    float[] gradient = new float[w.length];
    float[] scratch = new float[w.length];
    Arrays.fill(scratch, Float.NaN);
    try (Team team = new Team(threads)) {
      Network network = new Network(architecture, Kernels.named(kernels, team), team, w);
      network.gradient(batch, KEY, gradient);
      assertArrayEquals(before, w, "a gradient alone changes nothing");
      network.step(batch, KEY, scratch, DOWN);
    }
    float[] expected = before.clone();
    List<String> still = new ArrayList<>();
    for (Variable variable : architecture.trained()) {
      DOWN.apply(
          Kernels.named("ejml"),
          expected,
          variable.offset(),
          variable.end(),
          gradient,
          variable.offset());
      if (Arrays.equals(
          before, variable.offset(), variable.end(), w, variable.offset(), variable.end())) {
        still.add(variable.name());
      }
    }
    assertArrayEquals(expected, w);
    if (!isDead(architecture, gradient)) {
      assertEquals(List.of(), still, architecture.toString());
    }
  }

  /** Whether a relu lets nothing through to the last layer's kernel. */
  private static boolean isDead(Architecture architecture, float[] gradient) {
    List<Variable> trained = architecture.trained();
    Variable kernel = trained.get(trained.size() - 2);
    for (int i = kernel.offset(); i < kernel.end(); i++) {
      if (gradient[i] != 0) {
        return false;
      }
    }
    return true;
  }

  @Test
  void fewOfTheNetworksAreDead() {
    long dead =
        RandomNetworks.withAffine(NETWORKS).stream()
            .filter(
                architecture -> {
                  Random random = new Random(1);
                  float[] w = Batches.parameters(architecture, random);
                  float[] gradient = new float[w.length];
                  new Network(architecture, Kernels.named("ejml"), w)
                      .gradient(Batches.random(architecture, 9, random), KEY, gradient);
                  return isDead(architecture, gradient);
                })
            .count();
    assertTrue(dead <= NETWORKS / 20, "found " + dead);
  }

  @Test
  void theNetworksHaveVariablesThatDoNotTrainBetweenSomeThatDo() {
    assertTrue(
        RandomNetworks.withAffine(NETWORKS).stream()
            .map(Architecture::variables)
            .anyMatch(
                layers ->
                    layers.stream()
                        .flatMap(List::stream)
                        .map(Variable::trains)
                        .toList()
                        .toString()
                        .contains("true, false, true")));
  }
}
