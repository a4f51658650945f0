package org.epochflow.pipeline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.epochflow.model.kernel.EjmlKernels;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.Replica;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.Direct;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.execute.Groups;
import org.epochflow.pipeline.execute.Keys;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Replicas of the first and of a later round, and chunks of validation, run at the same time. Seen
 * from outside, by looking again and again which threads are inside the work: every look stops all
 * threads at one moment. (The rounds of one group are told apart by nothing that can be seen.) A
 * busy machine may run one thread after the other for a while, so the same epoch is run until it is
 * seen; work that never runs at the same time is never seen to.
 */
final class ConcurrencyTest {
  private static final long LOOK_MILLIS = 2;
  private static final int MOST_EPOCHS = 30;
  private int firstRound;
  private int secondRound;
  private int validation;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void replicasOfEveryRoundAndValidationRunAtTheSameTime(int groups, @TempDir Path folder)
      throws Exception {
    DataFiles files = SmallData.sound(folder, 2500, 1);
    PreparedData data = SmallData.prepare(folder.resolve("data"), files, SmallData.CLASSES, 0);
    for (int i = 0; i < MOST_EPOCHS && !isSeen(); i++) {
      runOnce(plan(data, folder.resolve("work-" + i)), new Groups(groups, groups));
    }
    assertEquals(List.of(2, 2), List.of(firstRound, secondRound));
    assertTrue(validation >= 2, "validating at once: " + validation);
  }

  private boolean isSeen() {
    return firstRound >= 2 && secondRound >= 2 && validation >= 2;
  }

  private void runOnce(EpochPlan plan, Groups groups) throws Exception {
    Pipeline pipeline = Pipeline.create(Direct.options(2));
    pipeline.apply("Epoch", new TrainEpoch(plan, Keys.NUMBERS, groups));
    PipelineResult result = pipeline.run();
    Path averaged = Path.of(plan.roundState(0));
    while (!result.getState().isTerminal()) {
      boolean averagedBefore = groups.count() == 1 || Files.exists(averaged);
      int training = threadsIn(Replica.class, "train");
      if (averagedBefore) {
        secondRound = Math.max(secondRound, training);
      }
      if (groups.count() == 1 || !Files.exists(averaged)) {
        firstRound = Math.max(firstRound, training);
      }
      validation = Math.max(validation, threadsIn(EpochWork.class, "validate"));
      Thread.sleep(LOOK_MILLIS);
    }
    assertEquals(PipelineResult.State.DONE, result.waitUntilFinish());
  }

  /** How many threads are inside this method at this moment. */
  private static int threadsIn(Class<?> of, String method) {
    return (int)
        Thread.getAllStackTraces().values().stream()
            .filter(
                stack ->
                    Arrays.stream(stack)
                        .anyMatch(
                            frame ->
                                frame.getClassName().equals(of.getName())
                                    && frame.getMethodName().equals(method)))
            .count();
  }

  /** Enough work that a replica of a round, and a chunk, take many looks. */
  private static EpochPlan plan(PreparedData data, Path work) throws IOException {
    // The slower arithmetic, so that every look finds threads at work.
    TrainingConfig config =
        SmallNetworks.on(
            EjmlKernels.NAME,
            SmallNetworks.config(
                SmallNetworks.wide("mlp"),
                new DataParallel(Strategy.LOCAL, 2, 2),
                1,
                new SplitRule(0.9, false),
                new EarlyStopping(false, EarlyStopping.Monitor.VAL_LOSS, 0, 1)));
    TrainingState begun = SmallNetworks.begun(config);
    EpochPlan plan =
        new EpochPlan(
            config,
            ReplicaThreads.EVEN,
            0,
            data.train(),
            data.manifest(),
            data.dataSet().train().crc(),
            work.toString(),
            "hash",
            false);
    TrainEpoch.begin(plan, begun.model());
    return plan;
  }
}
