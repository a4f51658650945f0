package org.epochflow.pipeline.broken;

import org.apache.beam.sdk.coders.SerializableCoder;

/** Breaks the rule that no data is decoded by Java's serialisation. */
record TravelsAsAnObject(SerializableCoder<String> coder) {}
