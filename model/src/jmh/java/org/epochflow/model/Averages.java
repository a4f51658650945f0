package org.epochflow.model;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.epochflow.model.format.StateFile;
import org.epochflow.model.kernel.EjmlKernels;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.parallel.Team;
import org.epochflow.model.train.Averaging;
import org.epochflow.model.train.ClassNames;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.LearningRate;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.ReplicaResult;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a replica's model costs where a round is averaged: in milliseconds a file. */
@State(Scope.Thread)
@Fork(1)
@BenchmarkMode(Mode.AverageTime)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class Averages {
  private static final Tally TALLY = new Tally(1, 0, 0, 0);

  @Param({"softmax", "mlp", "cnn", "cnn-same"})
  public String model = "";

  private Path file = Path.of("");
  private ModelState state = ModelState.startingFrom(new float[0], 0);
  private TrainingConfig config = config(Steps.architecture("softmax"));
  private final Team team = new Team(1);

  @Setup
  public void setUp() throws IOException {
    Architecture architecture = Steps.architecture(model);
    config = config(architecture);
    state = config.startingFrom(architecture.initialParameters(1));
    file = Files.createTempFile("averages", ".state");
    write();
  }

  private static TrainingConfig config(Architecture architecture) {
    return new TrainingConfig(
        architecture,
        Preprocessing.STANDARD,
        EjmlKernels.NAME,
        1,
        1,
        1,
        new DataParallel(Strategy.LOCAL, 2, 1),
        new LearningRate(0.001, LearningRate.Scaling.LINEAR, 1, 0.01),
        new EarlyStopping(false, EarlyStopping.Monitor.VAL_LOSS, 0, 1),
        new SplitRule(0.2, false),
        ClassNames.numbers(10));
  }

  @Benchmark
  public void write() throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      StateFile.write(state, out);
    }
  }

  @Benchmark
  public ModelState read() throws IOException {
    try (FileChannel in = FileChannel.open(file)) {
      return StateFile.read(in, file.toString());
    }
  }

  /** The mean of two replicas, from memory. */
  @Benchmark
  public ModelState mean() {
    Averaging both = new Averaging(config, state);
    both.add(new ReplicaResult(0, state, TALLY));
    both.add(new ReplicaResult(1, state, TALLY));
    return both.model(team);
  }

  @TearDown
  public void tearDown() throws IOException {
    Files.delete(file);
    team.close();
  }
}
