package org.epochflow.model.format;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.optim.schedule.Schedule;
import org.epochflow.model.optim.schedule.Schedules;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.LearningRate;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.ReduceOnPlateau;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.jspecify.annotations.Nullable;

/** States to save: the presets, with random contents. */
final class States {
  private static final Shape IMAGE = Shape.of(28, 28, 1);

  private States() {}

  static List<Architecture> presets() {
    return List.of(
        Presets.softmax(IMAGE, 10),
        Presets.mlp(IMAGE, 10, Presets.MLP_DROPOUT),
        Presets.cnn(IMAGE, 10, Presets.CNN_DROPOUT, Padding.VALID, 0.25),
        Presets.cnn(Shape.of(12, 9, 3), 4, 0.1, Padding.SAME, 0.1));
  }

  /** A configuration in which no value but the optimiser is a default. */
  static TrainingConfig config(Architecture architecture, Strategy strategy, Random random) {
    return config(architecture, strategy, strategy.defaultOptimizer(), random);
  }

  static TrainingConfig config(
      Architecture architecture, Strategy strategy, Optimizer optimizer, Random random) {
    return new TrainingConfig(
        architecture,
        preprocessing(architecture.input(), random),
        "vector",
        random.nextLong(),
        1 + random.nextInt(100),
        1 + random.nextInt(1000),
        optimizer,
        new DataParallel(strategy, 1 + random.nextInt(9), 1 + random.nextInt(40)),
        new LearningRate(
            random.nextDouble(),
            any(LearningRate.Scaling.values(), random),
            random.nextDouble(),
            random.nextDouble()),
        new EarlyStopping(
            random.nextBoolean(),
            any(EarlyStopping.Monitor.values(), random),
            random.nextDouble(),
            random.nextInt(9),
            1 + random.nextInt(architecture.classes())),
        random.nextBoolean()
            ? new SplitRule(random.nextDouble(), random.nextBoolean())
            : SplitRule.ofFold(2, 3, random.nextBoolean()),
        IntStream.range(0, architecture.classes()).mapToObj(c -> "é \"" + c).toList());
  }

  /** Of images with or without a shape, standardised or not. */
  private static Preprocessing preprocessing(Shape input, Random random) {
    @Nullable Shape image = input.isImage() ? null : Shape.of(1, input.size());
    float divisor = random.nextFloat() + 0.1f;
    if (random.nextBoolean()) {
      return new Preprocessing(divisor, image);
    }
    int channels = input.isImage() ? input.channels() : 1;
    List<Float> mean = Stream.generate(random::nextFloat).limit(channels).toList();
    List<Float> deviation = mean.stream().map(m -> m + Float.MIN_VALUE).toList();
    return new Preprocessing(divisor, image, mean, deviation);
  }

  /** A state of any floats at all: every bit pattern, so NaNs, infinities and subnormals too. */
  static TrainingState random(Architecture architecture, Strategy strategy, long seed) {
    Random random = new Random(seed);
    TrainingConfig config = config(architecture, strategy, random);
    return random(
        strategy.averagesState() && seed % 2 == 1 ? changing(config, random) : config, seed);
  }

  /** The same at a rate that changes. */
  private static TrainingConfig changing(TrainingConfig config, Random random) {
    return config.with(
        new LearningRate(
            random.nextDouble(),
            LearningRate.Scaling.SQRT,
            random.nextDouble(),
            random.nextDouble(),
            any(Schedules.ALL.toArray(Schedule[]::new), random),
            new ReduceOnPlateau(0.5, random.nextInt(9), random.nextDouble(), 2, 1e-9)));
  }

  /** Slots, but 0 where Keras keeps nothing of them. */
  private static void cut(TrainingConfig config, List<float[]> slots) {
    if (!config.parallel().strategy().averagesState()) {
      return;
    }
    List<Variable> trained = config.architecture().trained();
    for (Variable variable :
        config.architecture().variables().stream().flatMap(List::stream).toList()) {
      int i = trained.indexOf(variable);
      for (int slot = 0; slot < slots.size(); slot++) {
        if (i < 0 || config.optimizer().kerasPlace(i, slot, trained) < 0) {
          Arrays.fill(slots.get(slot), variable.offset(), variable.end(), 0);
        }
      }
    }
  }

  static TrainingState random(TrainingConfig config, long seed) {
    Random random = new Random(seed);
    int n = config.architecture().parameterCount();
    float[] w = anyFloats(n, random);
    List<float[]> slots =
        config.startingFrom(new float[n]).slots().stream()
            .map(slot -> anyFloats(n, random))
            .toList();
    cut(config, slots);
    ModelState model = new ModelState(w, slots, random.nextLong());
    List<EpochRow> history = new ArrayList<>();
    for (int epoch = 0; epoch < seed % 4; epoch++) {
      history.add(
          new EpochRow(
              epoch,
              random.nextDouble(),
              anyDouble(random),
              random.nextDouble(),
              anyDouble(random),
              random.nextDouble(),
              random.nextDouble(),
              random.nextDouble(),
              epoch == 1 ? null : anyDouble(random),
              epoch == 2 ? null : anyDouble(random),
              anyDouble(random)));
    }
    return new TrainingState(
        config,
        model,
        history,
        anyDouble(random),
        random.nextInt(9),
        anyDouble(random),
        history.size() - 1,
        config.learningRate().reduceOnPlateau() == null
            ? null
            : new ReduceOnPlateau.Progress(anyDouble(random), 3, 1, random.nextDouble()));
  }

  /** A state that trains on: small parameters and slots, as after some steps. */
  static TrainingState trained(Architecture architecture, Strategy strategy, long seed) {
    return trained(config(architecture, strategy, new Random(seed)), seed);
  }

  static TrainingState trained(TrainingConfig config, long seed) {
    Random random = new Random(seed);
    int n = config.architecture().parameterCount();
    float[] w = new float[n];
    List<float[]> slots = config.startingFrom(w).slots();
    for (int i = 0; i < n; i++) {
      w[i] = (float) random.nextGaussian() * 0.05f;
      for (float[] slot : slots) {
        slot[i] = random.nextFloat() * 1e-5f;
      }
    }
    cut(config, slots);
    return new TrainingState(
        config, new ModelState(w, slots, 750), List.of(), Double.NaN, 0, Double.NaN, -1);
  }

  static byte[] write(TrainingState state) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    KerasFile.write(state, out);
    return out.toByteArray();
  }

  static SavedModel read(byte[] bytes) throws IOException {
    return KerasFile.read(new ByteArrayInputStream(bytes), "test.keras");
  }

  /** The variables in a model's file. */
  static byte[] weights(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile());
        InputStream in = zip.getInputStream(zip.getEntry("model.weights.h5"))) {
      return in.readAllBytes();
    }
  }

  static float[] anyFloats(int length, Random random) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    return values;
  }

  private static double anyDouble(Random random) {
    double[] special = {
      Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, Double.MIN_VALUE
    };
    int choice = random.nextInt(2 * special.length);
    return choice < special.length ? special[choice] : random.nextGaussian();
  }

  private static <T> T any(T[] values, Random random) {
    return values[random.nextInt(values.length)];
  }
}
