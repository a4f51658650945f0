package org.epochflow.pipeline.train;

import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarIntCoder;

/** How the reports of an epoch travel: they are few and small. */
final class Coders {
  static final KvCoder<Integer, Assignment> KEYED_ASSIGNMENT =
      KvCoder.of(VarIntCoder.of(), SerializableCoder.of(Assignment.class));
  static final KvCoder<Integer, ReplicaReport> KEYED_REPLICA_REPORT =
      KvCoder.of(VarIntCoder.of(), SerializableCoder.of(ReplicaReport.class));
  static final SerializableCoder<ChunkReport> CHUNK_REPORT =
      SerializableCoder.of(ChunkReport.class);

  static final KvCoder<Integer, ChunkReport> KEYED_CHUNK_REPORT =
      KvCoder.of(VarIntCoder.of(), CHUNK_REPORT);

  private Coders() {}
}
