package org.epochflow.runners.cli;

import java.util.List;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** Where the examples lie. */
public interface DataOptions extends PipelineOptions {
  @Description(
      "Folder with the four files under MNIST's names, gzipped or not, or a file such as Keras's"
          + " mnist.npz; several (with commas, or"
          + " repeated) or a pattern such as 'nights/*' are one data set, of which one folder has"
          + " the test files; train, tune and crossvalidate take the 5,000 images that come with"
          + " the program where no data option is given")
  @Shown("DIR")
  @Nullable List<String> getData();

  void setData(@Nullable List<String> value);

  @Description("Folder, or several, with the test files, in place of --data's")
  @Shown("DIR")
  @Nullable List<String> getTestData();

  void setTestData(@Nullable List<String> value);

  @Description("IDX images to train on, in place of the folder's")
  @Shown("FILE")
  @Nullable String getTrainImages();

  void setTrainImages(@Nullable String value);

  @Description("IDX labels of the images to train on")
  @Shown("FILE")
  @Nullable String getTrainLabels();

  void setTrainLabels(@Nullable String value);

  @Description("IDX images to test on, in place of the folder's")
  @Shown("FILE")
  @Nullable String getTestImages();

  void setTestImages(@Nullable String value);

  @Description("IDX labels of the images to test on")
  @Shown("FILE")
  @Nullable String getTestLabels();

  void setTestLabels(@Nullable String value);

  @Description("How many records that cannot be used may be left out")
  @Default.Long(0)
  @Range(atLeast = 0)
  long getMaxRejected();

  void setMaxRejected(long value);
}
