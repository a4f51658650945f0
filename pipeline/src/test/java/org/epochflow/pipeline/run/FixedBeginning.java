package org.epochflow.pipeline.run;

import org.epochflow.model.nn.Shape;
import org.epochflow.model.train.TrainingConfig;

/** A beginning that is known before the data. */
public record FixedBeginning(TrainingConfig config, float[] parameters)
    implements TrainingRun.Beginning {
  @Override
  public TrainingConfig config(Shape image) {
    return config;
  }

  @Override
  public float[] parameters(TrainingConfig of) {
    return parameters;
  }
}
