package org.epochflow.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.epochflow.model.train.Dealing.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shares and windows are disjoint, complete and equal. */
class DealingTest {
  private static final TrainingConfig CONFIG = Configs.of(Strategy.LOCAL, 3, 4);

  /** Every example of the parts, as (block, place), in order. */
  private static List<List<Integer>> examples(List<Part> parts) {
    List<List<Integer>> examples = new ArrayList<>();
    for (Part part : parts) {
      IntStream.range(part.from(), part.to()).forEach(i -> examples.add(List.of(part.block(), i)));
    }
    return examples;
  }

  private static int size(List<Part> parts) {
    return parts.stream().mapToInt(Part::size).sum();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 4", "3, 1", "8, 20"})
  void sharesAreDisjointCompleteAndEqualToOneExample(int replicas, int rounds) {
    Random random = new Random(1);
    for (int trial = 0; trial < 50; trial++) {
      int[] blocks = random.ints(random.nextInt(40), 0, 30).toArray();
      TrainingConfig config = Configs.of(Strategy.SERVER_ADAM, replicas, rounds);
      Dealing dealing = new Dealing(blocks, config, trial);
      Set<List<Integer>> seen = new HashSet<>();
      int all = IntStream.of(blocks).sum();
      int total = 0;
      for (int round = 0; round < rounds; round++) {
        for (int replica = 0; replica < replicas; replica++) {
          List<Part> share = dealing.share(round, replica);
          assertTrue(share.stream().allMatch(p -> p.size() > 0 && p.to() <= blocks[p.block()]));
          assertEquals((double) all / (rounds * replicas), size(share), 0.999999);
          seen.addAll(examples(share));
          total += size(share);
        }
      }
      assertEquals(all, total);
      assertEquals(all, seen.size());
    }
  }

  @Test
  void eachEpochDealsAnewAndTheSameEpochTheSame() {
    int[] blocks = IntStream.range(0, 20).map(i -> 10 + i).toArray();
    List<Part> share = new Dealing(blocks, CONFIG, 0).share(1, 2);
    assertEquals(share, new Dealing(blocks, CONFIG, 0).share(1, 2));
    assertNotEquals(share, new Dealing(blocks, CONFIG, 1).share(1, 2));
  }

  @Test
  void withFewerExamplesThanSharesSomeAreEmpty() {
    Dealing dealing = new Dealing(new int[] {0, 5, 0}, CONFIG, 0);
    int given = 0;
    for (int cell = 0; cell < 12; cell++) {
      given += size(dealing.share(cell / 3, cell % 3));
    }
    assertEquals(5, given);
    assertEquals(List.of(), new Dealing(new int[0], CONFIG, 0).share(0, 0));
  }

  @Test
  void oneReplicaUnderLocalAdamIsNotInterrupted() {
    int[] blocks = {3, 4, 5};
    Dealing dealing = new Dealing(blocks, Configs.of(Strategy.LOCAL, 1, 4), 0);
    assertEquals(12, size(dealing.share(0, 0)));
  }

  @ParameterizedTest
  @CsvSource({"1", "7", "8", "64", "1000"})
  void windowsAreTheShareInOrderAndAllButTheLastAreFull(int most) {
    Random random = new Random(2);
    for (int trial = 0; trial < 30; trial++) {
      int[] blocks = random.ints(1 + random.nextInt(20), 0, 50).toArray();
      List<Part> share = new Dealing(blocks, CONFIG, trial).share(trial % 4, trial % 3);
      List<List<Part>> windows = Dealing.windows(share, most);
      assertEquals(examples(share), windows.stream().flatMap(w -> examples(w).stream()).toList());
      for (int i = 0; i < windows.size(); i++) {
        int size = size(windows.get(i));
        assertTrue(i < windows.size() - 1 ? size == most : size > 0 && size <= most);
      }
    }
  }

  @Test
  void aWindowOfNothingIsRefused() {
    List<Part> share = List.of(new Part(0, 0, 1));
    Exception e = assertThrows(IllegalArgumentException.class, () -> Dealing.windows(share, 0));
    assertEquals("Expected window of 1.0 or more, found 0.0", e.getMessage());
  }
}
