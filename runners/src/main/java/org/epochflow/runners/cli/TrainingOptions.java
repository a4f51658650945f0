package org.epochflow.runners.cli;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.epochflow.model.optim.Optimizers;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.LearningRate;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.jspecify.annotations.Nullable;

/** How the network is trained. All of it decides the result. */
public interface TrainingOptions extends PipelineOptions {
  @Description("The most epochs to run")
  @Default.Integer(TrainingConfig.DEFAULT_EPOCHS)
  @Range(atLeast = 1)
  int getEpochs();

  void setEpochs(int value);

  @Description("Examples of one replica's step")
  @Default.Integer(TrainingConfig.DEFAULT_BATCH_SIZE)
  @Range(atLeast = 1, atMost = 65536)
  int getBatchSize();

  void setBatchSize(int value);

  @Description("Rate of one replica's steps")
  @Range(above = 0)
  @Shown(
      fallback =
          Optimizers.DEFAULT_RATE
              + ", or "
              + Strategy.DEFAULT_SERVER_ADAM_REPLICA
              + " with server-adam")
  @Nullable Double getLearningRate();

  void setLearningRate(@Nullable Double value);

  @Description("How the peak rate grows with the replicas under local-adam")
  @Default.String("linear")
  @OneOf({"linear", "sqrt", "none"})
  String getLearningRateScaling();

  void setLearningRateScaling(String value);

  @Description("Epochs in which the rate rises to its peak")
  @Default.Double(LearningRate.DEFAULT_WARMUP_EPOCHS)
  @Range(atLeast = 0)
  double getWarmupEpochs();

  void setWarmupEpochs(double value);

  @Description("Rate of server-adam's own step, once a round")
  @Default.Double(LearningRate.DEFAULT_SERVER)
  @Range(above = 0)
  double getServerLearningRate();

  void setServerLearningRate(double value);

  @Description("Copies of the network that train at once, each on its own share of an epoch")
  @Default.Integer(DataParallel.DEFAULT_REPLICAS)
  @Range(atLeast = 1, atMost = 1024)
  int getReplicas();

  void setReplicas(int value);

  @Description("How often an epoch the replicas are averaged")
  @Default.Integer(DataParallel.DEFAULT_ROUNDS)
  @Range(atLeast = 1, atMost = 1000)
  int getRoundsPerEpoch();

  void setRoundsPerEpoch(int value);

  @Description("How replicas step, and what is made of their parameters")
  @Default.String("local-adam")
  @OneOf({"local-adam", "server-adam"})
  String getStrategy();

  void setStrategy(String value);

  @Description("Stop before the last epoch when the monitor no longer improves")
  @Default.Boolean(true)
  boolean isEarlyStopping();

  void setEarlyStopping(boolean value);

  @Description("Epochs in a row without improvement after which training stops early")
  @Default.Integer(EarlyStopping.DEFAULT_PATIENCE)
  @Range(atLeast = 0)
  int getPatience();

  void setPatience(int value);

  @Description("By how much the monitor must improve for patience to begin anew")
  @Default.Double(0)
  @Range(atLeast = 0)
  double getMinDelta();

  void setMinDelta(double value);

  @Description("The figure that early stopping and the best model go by")
  @Default.String("val_loss")
  @OneOf({"val_loss", "val_accuracy"})
  String getMonitor();

  void setMonitor(String value);

  @Description("Decides the split, the starting weights, the shuffles and the dropout")
  @Default.Long(TrainingConfig.DEFAULT_SEED)
  long getSeed();

  void setSeed(long value);

  @Description("The arithmetic; kernels differ in last digits")
  @Default.String("auto")
  @OneOf({"auto", "vector", "ejml"})
  String getKernels();

  void setKernels(String value);
}
