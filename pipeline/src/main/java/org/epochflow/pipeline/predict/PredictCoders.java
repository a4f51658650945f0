package org.epochflow.pipeline.predict;

import java.util.List;
import org.apache.beam.sdk.coders.CoderProvider;
import org.apache.beam.sdk.coders.CoderProviderRegistrar;
import org.apache.beam.sdk.coders.CoderProviders;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.epochflow.model.predict.Classification;
import org.epochflow.pipeline.execute.RecordCoder;

/** Tells Beam how images and answers travel, so that no pipeline has to. */
public final class PredictCoders implements CoderProviderRegistrar {
  static final RecordCoder<Image> IMAGE = RecordCoder.of(Image.class);
  static final RecordCoder<Classification> CLASSIFICATION = RecordCoder.of(Classification.class);

  @Override
  public List<CoderProvider> getCoderProviders() {
    return List.of(
        CoderProviders.forCoder(TypeDescriptor.of(Image.class), IMAGE),
        CoderProviders.forCoder(TypeDescriptor.of(Classification.class), CLASSIFICATION));
  }
}
