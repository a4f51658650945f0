package org.epochflow.pipeline.data;

import java.util.List;
import org.apache.beam.sdk.coders.CoderProvider;
import org.apache.beam.sdk.coders.CoderProviderRegistrar;
import org.apache.beam.sdk.coders.CoderProviders;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.epochflow.pipeline.execute.RecordCoder;

/** Tells Beam how examples travel, so that no pipeline has to. */
public final class ExampleCoders implements CoderProviderRegistrar {
  static final RecordCoder<Example> EXAMPLE = RecordCoder.of(Example.class);

  @Override
  public List<CoderProvider> getCoderProviders() {
    return List.of(CoderProviders.forCoder(TypeDescriptor.of(Example.class), EXAMPLE));
  }
}
