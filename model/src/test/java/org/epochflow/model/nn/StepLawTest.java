package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.parallel.Team;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In a step every variable that trains is stepped, each of its values once. Of the others only a
 * batch normalization's move, by its own doing.
 */
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
    Arrays.fill(gradient, Float.NaN);
    Arrays.fill(scratch, Float.NaN);
    try (Team team = new Team(threads)) {
      Network network = new Network(architecture, Kernels.named(kernels, team), team, w);
      network.gradient(batch, KEY, gradient);
      assertArrayEquals(before, w, "a gradient alone changes nothing");
      network.step(batch, KEY, scratch, DOWN);
    }
    float[] expected = before.clone();
    for (Variable variable : architecture.trained()) {
      DOWN.apply(
          Kernels.named("ejml"),
          expected,
          variable.offset(),
          variable.end(),
          gradient,
          variable.offset());
    }
    for (Variable moving : moving(architecture)) {
      assertFalse(
          Arrays.equals(before, moving.offset(), moving.end(), w, moving.offset(), moving.end()),
          moving.name());
      System.arraycopy(w, moving.offset(), expected, moving.offset(), moving.size());
    }
    assertArrayEquals(expected, w);
  }

  private static List<Variable> moving(Architecture architecture) {
    return IntStream.range(0, architecture.layers().size())
        .filter(i -> !architecture.frozen().contains(architecture.layers().get(i).name()))
        .mapToObj(architecture.variables()::get)
        .flatMap(List::stream)
        .filter(variable -> variable.name().startsWith("moving_"))
        .toList();
  }

  @Test
  void inMostNetworksEveryVariableThatTrainsHasAGradient() {
    int all = 0;
    int some = 0;
    for (Architecture architecture : RandomNetworks.withAffine(NETWORKS)) {
      Random random = new Random(1);
      float[] w = Batches.parameters(architecture, random);
      float[] gradient = new float[w.length];
      new Network(architecture, Kernels.named("ejml"), w)
          .gradient(Batches.random(architecture, 9, random), KEY, gradient);
      for (Variable variable : architecture.trained()) {
        all++;
        some +=
            IntStream.range(variable.offset(), variable.end()).anyMatch(i -> gradient[i] != 0)
                ? 1
                : 0;
      }
    }
    assertTrue(some > 0.9 * all, some + " of " + all);
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
