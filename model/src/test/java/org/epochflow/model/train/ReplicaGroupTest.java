package org.epochflow.model.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Examples;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.parallel.Team;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replicas in one process: as one after the other would be. */
@Timeout(120)
class ReplicaGroupTest {
  private static final Architecture MLP = Presets.mlp(Shape.of(2, 2, 1), 3, 0.25);
  private static final int ROUNDS = 3;

  private static TrainingConfig config(Strategy strategy, int replicas) {
    return Configs.of(MLP, strategy, replicas, ROUNDS);
  }

  /** Shares of different sizes, of noise that differs from round to round; one has no example. */
  private static ReplicaGroup.Share share(Round round) {
    int size = round.replica() == 1 ? 0 : 10 + 7 * round.replica() + round.round();
    Random random = new Random(1000L * round.round() + round.replica());
    byte[] pixels = new byte[4 * size];
    random.nextBytes(pixels);
    byte[] labels = new byte[size];
    for (int i = 0; i < size; i++) {
      labels[i] = (byte) random.nextInt(3);
    }
    return new ReplicaGroup.Share(
        List.of(new Examples(pixels, labels, LongStream.range(0, size).toArray())), size);
  }

  /** Every replica by itself, one after the other. */
  private static ModelState plain(TrainingConfig config) {
    ModelState model = ModelState.startingFrom(MLP.initialParameters(1), 2);
    for (int number = 0; number < ROUNDS; number++) {
      Averaging averaging = new Averaging(config, model);
      for (int replica = 0; replica < config.parallel().replicas(); replica++) {
        Round round = new Round(0, number, replica);
        try (Replica alone = new Replica(config, 1)) {
          ReplicaGroup.Share share = share(round);
          averaging.add(alone.train(round, model, share.windows(), share.examples(), done -> {}));
        }
      }
      try (Team team = new Team(1)) {
        model = averaging.model(team);
      }
    }
    return model;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "2, 2", "3, 2", "5, 1", "5, 2", "5, 4", "8, 3", "8, 8", "17, 4"})
  void aGroupEqualsReplicasOneByOne(int replicas, int lanes) {
    for (Strategy strategy : Strategy.values()) {
      TrainingConfig config = config(strategy, replicas);
      ModelState model = ModelState.startingFrom(MLP.initialParameters(1), 2);
      Set<Integer> trained = ConcurrentHashMap.newKeySet();
      try (ReplicaGroup group = new ReplicaGroup(config, 0, replicas, new Lanes(lanes, 1))) {
        for (int round = 0; round < ROUNDS; round++) {
          model =
              group
                  .train(
                      0,
                      round,
                      model,
                      ReplicaGroupTest::share,
                      replica -> done -> trained.add(replica))
                  .model(group.team());
        }
      }
      ModelState expected = plain(config);
      assertArrayEquals(expected.parameters(), model.parameters());
      assertArrayEquals(expected.slots().toArray(), model.slots().toArray());
      assertEquals(expected.step(), model.step());
      assertEquals(replicas == 1 ? 1 : replicas - 1, trained.size());
    }
  }

  @Test
  void aFailureInAnyLaneSurfacesAndEndsTheOthers() {
    TrainingConfig config = config(Strategy.LOCAL, 3);
    ModelState start = ModelState.startingFrom(MLP.initialParameters(1), 2);
    for (int failing = 0; failing < 3; failing++) {
      int its = failing;
      IllegalStateException failure = new IllegalStateException("of the data");
      Examples endless = share(new Round(0, 0, 2)).windows().iterator().next();
      try (ReplicaGroup group = new ReplicaGroup(config, 0, 3, new Lanes(3, 1))) {
        Throwable thrown =
            assertThrows(
                IllegalStateException.class,
                () ->
                    group.train(
                        0,
                        0,
                        start,
                        round -> {
                          if (round.replica() == its) {
                            throw failure;
                          }
                          return new ReplicaGroup.Share(
                              Collections.nCopies(Integer.MAX_VALUE, endless), Long.MAX_VALUE);
                        },
                        replica -> done -> {}));
        assertSame(failure, thrown);
      }
    }
  }

  @RepeatedTest(20) // either lane may take the one replica that has a step
  void anInterruptedGroupEnds() {
    TrainingConfig config = config(Strategy.LOCAL, 2);
    ModelState start = ModelState.startingFrom(MLP.initialParameters(1), 2);
    Thread here = Thread.currentThread();
    try (ReplicaGroup group = new ReplicaGroup(config, 0, 2, new Lanes(2, 1))) {
      assertThrows(
          CancellationException.class,
          () ->
              group.train(
                  0,
                  0,
                  start,
                  ReplicaGroupTest::share,
                  replica -> (Tally done) -> here.interrupt()));
    }
    assertTrue(Thread.interrupted());
  }
}
