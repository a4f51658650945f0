package org.epochflow.pipeline;

import java.util.List;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;
import org.epochflow.model.nn.layer.regularization.Dropout;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.epochflow.model.train.ClassNames;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.LearningRate;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;

/** The kinds of networks and configurations, in the smallest sizes that have every part. */
public final class SmallNetworks {
  private static final Shape IMAGE = Shape.of(SmallData.HEIGHT, SmallData.WIDTH, 1);

  private SmallNetworks() {}

  public static Architecture named(String name) {
    return switch (name) {
      case "softmax" -> Presets.softmax(IMAGE, SmallData.CLASSES);
      case "mlp" ->
          new Architecture(
              "mlp",
              Shape.of(IMAGE.size()),
              List.of(
                  new Dense("dense", 9, Function.LINEAR),
                  new Activation("relu", Function.RELU),
                  new Dropout("dropout", 0.25),
                  new Dense("dense_1", SmallData.CLASSES, Function.SOFTMAX)));
      case "cnn" ->
          new Architecture(
              "cnn",
              IMAGE,
              List.of(
                  new Conv2D("conv", 3, 3, 3, Padding.VALID, Function.RELU),
                  new MaxPooling2D("pool", 2, 2, 2, 2),
                  new Flatten("flatten"),
                  new Dropout("dropout", 0.2),
                  new Dense("dense", SmallData.CLASSES, Function.SOFTMAX)));
      default -> throw new IllegalArgumentException(name);
    };
  }

  public static TrainingConfig config(Architecture architecture, DataParallel parallel) {
    return config(
        architecture,
        parallel,
        4,
        new SplitRule(0.2, true),
        new EarlyStopping(false, EarlyStopping.Monitor.VAL_LOSS, 0, 2));
  }

  public static TrainingConfig config(
      Architecture architecture,
      DataParallel parallel,
      int epochs,
      SplitRule split,
      EarlyStopping stopping) {
    return new TrainingConfig(
        architecture,
        Preprocessing.STANDARD,
        Kernels.auto(),
        7,
        epochs,
        16,
        parallel,
        new LearningRate(0.01, LearningRate.Scaling.SQRT, 1, 0.05),
        stopping,
        split,
        ClassNames.numbers(architecture.classes()));
  }

  /** A configuration of softmax with two replicas and rounds. */
  public static TrainingConfig config(int epochs, SplitRule split) {
    return config(
        named("softmax"),
        new DataParallel(Strategy.LOCAL, 2, 2),
        epochs,
        split,
        new EarlyStopping(false, EarlyStopping.Monitor.VAL_LOSS, 0, 2));
  }

  /** The same with other arithmetic. */
  public static TrainingConfig on(String kernels, TrainingConfig config) {
    return new TrainingConfig(
        config.architecture(),
        config.preprocessing(),
        kernels,
        config.seed(),
        config.epochs(),
        config.batchSize(),
        config.parallel(),
        config.learningRate(),
        config.stopping(),
        config.split(),
        config.classNames());
  }

  /** The same network with so many units or filters that several threads share a step. */
  public static Architecture wide(String name) {
    return switch (name) {
      case "mlp" ->
          new Architecture(
              "wide mlp",
              Shape.of(IMAGE.size()),
              List.of(
                  new Dense("dense", 700, Function.RELU),
                  new Dropout("dropout", 0.25),
                  new Dense("dense_1", 700, Function.RELU),
                  new Dense("dense_2", SmallData.CLASSES, Function.SOFTMAX)));
      case "cnn" ->
          new Architecture(
              "wide cnn",
              IMAGE,
              List.of(
                  new Conv2D("conv", 32, 3, 3, Padding.VALID, Function.RELU),
                  new Conv2D("conv_1", 64, 3, 3, Padding.VALID, Function.RELU),
                  new Flatten("flatten"),
                  new Dense("dense", SmallData.CLASSES, Function.SOFTMAX)));
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** Before the first epoch, with random weights. */
  public static TrainingState begun(TrainingConfig config) {
    return TrainingState.begin(config, config.architecture().initialParameters(config.seed()));
  }
}
