package org.epochflow.pipeline.train;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.Serializable;
import java.nio.ByteBuffer;
import org.apache.beam.sdk.util.SerializableUtils;

/**
 * A plan as bytes, for the functions of a graph: a runner serialises a function again and again,
 * which is cheap where it holds bytes and not a graph of objects. A worker process unpacks it once.
 */
final class PackedPlan implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Cache<ByteBuffer, EpochPlan> UNPACKED =
      Caffeine.newBuilder().maximumSize(4).build();
  private final byte[] bytes;

  PackedPlan(EpochPlan plan) {
    bytes = SerializableUtils.serializeToByteArray(plan);
  }

  EpochPlan unpacked() {
    return UNPACKED.get(
        ByteBuffer.wrap(bytes),
        key -> (EpochPlan) SerializableUtils.deserializeFromByteArray(bytes, "the epoch's plan"));
  }
}
