package org.epochflow.runners.request;

import java.io.IOException;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.run.TrainingRun;
import org.epochflow.runners.option.ModelOptions;

/** Where the training that the options ask for starts. */
public record Start(ModelOptions options, TrainingConfigs configs)
    implements TrainingRun.Beginning {
  @Override
  public TrainingConfig config(Shape image) throws IOException {
    return configs.begin(image);
  }

  @Override
  public TrainingConfig config(Shape image, SavedModel start) throws IOException {
    return configs.begin(image, start.classNames());
  }

  @Override
  public float[] parameters(TrainingConfig config) throws IOException {
    String model = options.model;
    return Models.isSaved(model)
        ? Models.read(model).parameters()
        : config.architecture().initialParameters(config.seed());
  }
}
