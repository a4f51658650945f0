package org.epochflow.runners.option;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the examples are. */
public final class DataOptions {
  @Option(
      names = "--data",
      split = ",",
      paramLabel = "DIR",
      description =
          "Folder with the four files under MNIST's names, gzipped or not; folders of pictures, CSV or"
              + " Parquet files, or CIFAR's binary files; or a file such as Keras's mnist.npz. Several of them"
              + " (separated by commas, or --data repeated) or a pattern such as 'nights/*' form one"
              + " data set, and one of them has its test examples. Without a data option, train, tune"
              + " and crossvalidate use the 5,000 images that come with the program")
  public @Nullable List<String> data;

  @Option(
      names = "--testData",
      split = ",",
      paramLabel = "DIR",
      description = "Folder or folders with the test files, if they are not in --data")
  public @Nullable List<String> testData;

  @Option(
      names = "--trainImages",
      paramLabel = "FILE",
      description = "IDX file of the training images, instead of the one in --data")
  public @Nullable String trainImages;

  @Option(
      names = "--trainLabels",
      paramLabel = "FILE",
      description = "IDX file of the training images' labels")
  public @Nullable String trainLabels;

  @Option(
      names = "--testImages",
      paramLabel = "FILE",
      description = "IDX file of the test images, instead of the one in --data")
  public @Nullable String testImages;

  @Option(
      names = "--testLabels",
      paramLabel = "FILE",
      description = "IDX file of the test images' labels")
  public @Nullable String testLabels;

  @Mixin public final ReadingOptions reading = new ReadingOptions();
}
