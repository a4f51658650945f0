package org.epochflow.model.broken;

import org.apache.beam.sdk.values.KV;

/** Breaks the rule that the model sees no Beam. */
record SeesBeam(KV<String, String> pair) {}
