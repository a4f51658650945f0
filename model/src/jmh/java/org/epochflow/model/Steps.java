package org.epochflow.model;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Batch;
import org.epochflow.model.nn.Examples;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Network;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.augmentation.Augment;
import org.epochflow.model.nn.layer.augmentation.Interval;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.optim.Optimizers;
import org.epochflow.model.parallel.Team;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A whole training step: the batch's assembly, forward, backward, Adam. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@OutputTimeUnit(TimeUnit.SECONDS)
public class Steps {
  private static final Shape IMAGE = Shape.of(28, 28, 1);
  private static final int EXAMPLES = 4096;

  /** After these, training begins again: noise learnt by heart has gradients near 0, subnormal. */
  private static final int STEPS = 500;

  @Param({"vector", "ejml"})
  public String kernels = "";

  @Param({"softmax", "mlp", "cnn", "cnn-same", "cnn-augmented", "lenet", "resnet", "fast"})
  public String model = "";

  @Param({"128", "32", "2"})
  public int batch;

  @Param("1")
  public int threads;

  private Team team = new Team(1);
  private Network network = new Network(architecture(model), Kernels.named("ejml"), new float[7850]);
  private Batch minibatch = new Batch(1, 1);
  private Examples examples = new Examples(new byte[0], new byte[0], new long[0]);
  private float[] initial = {};
  private float[] w = {};
  private List<float[]> slots = List.of();
  private float[] gradient = {};
  private int next;
  private long step;

  /** A preset, {@code cnn-same}: the cnn with its padding, or {@code cnn-augmented}. */
  static Architecture architecture(String model) {
    return switch (model) {
      case "mlp" -> Presets.mlp(IMAGE, 10, Presets.MLP_DROPOUT);
      case "cnn" -> Presets.cnn(IMAGE, 10, Presets.CNN_DROPOUT, Padding.VALID, 1);
      case "cnn-same" -> Presets.cnn(IMAGE, 10, Presets.CNN_DROPOUT, Padding.SAME, 1);
      case "cnn-augmented" ->
          Augment.parse("flip,translate=0.1,rotate=10")
              .inFrontOf(architecture("cnn"), IMAGE, new Interval(0, 1));
      case "lenet" -> Presets.lenet(IMAGE, 10);
      case "resnet" -> Presets.resnet(IMAGE, 10);
      case "fast" -> Presets.fast(IMAGE, 10);
      default -> Presets.softmax(IMAGE, 10);
    };
  }

  public Steps() {}

  Steps(String model, int batch, int threads) {
    this.kernels = "vector";
    this.model = model;
    this.batch = batch;
    this.threads = threads;
  }

  /** The GFLOP of a step's products: each forward, and for two gradients but the first's input. */
  double gflop() {
    Architecture architecture = Augment.removedFrom(architecture(model));
    Layer first = architecture.layers().get(0);
    long unused = first.multiplications(architecture.input());
    return 2e-9 * batch * (3 * architecture.multiplications() - unused);
  }

  @Setup
  public void setUp() {
    team = new Team(threads);
    setUp(Kernels.named(kernels, team));
  }

  /** With these kernels, one for each thread. */
  void setUp(List<Kernels> each) {
    initial = architecture(model).initialParameters(1);
    w = initial.clone();
    slots = List.of(new float[w.length], new float[w.length]);
    gradient = new float[w.length];
    network = new Network(architecture(model), each, team, w);
    minibatch = new Batch(batch, IMAGE.size());
    Random random = new Random(1);
    byte[] pixels = new byte[EXAMPLES * IMAGE.size()];
    random.nextBytes(pixels);
    examples = new Examples(pixels, new byte[EXAMPLES], new long[EXAMPLES]);
    for (int i = 0; i < EXAMPLES; i++) {
      examples.labels()[i] = (byte) random.nextInt(10);
      examples.indices()[i] = i;
    }
  }

  /** Its rate is {@code :images} a second. */
  @Benchmark
  public Tally step(Work work) {
    minibatch.clear();
    while (!minibatch.isFull()) {
      minibatch.add(examples, next++ % EXAMPLES, Preprocessing.STANDARD);
    }
    work.images += batch;
    if (step++ % STEPS == 0) {
      System.arraycopy(initial, 0, w, 0, w.length);
      slots.forEach(slot -> Arrays.fill(slot, 0));
    }
    Update update = Optimizers.DEFAULT.step(slots, 1e-3, (step - 1) % STEPS + 1);
    return network.step(minibatch, 1, gradient, update);
  }

  @TearDown
  public void tearDown() {
    team.close();
  }
}
