package org.epochflow.runners.flink;

import java.util.Arrays;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.stream.IntStream;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.flink.util.MathUtils;
import org.epochflow.pipeline.execute.Keys;

/**
 * Keys that Flink sends to its subtasks in turn. Beam gives Flink the encoded bytes of a key, and
 * Flink sends them to the subtask {@code murmurHash(hashCode(bytes)) % parallelism}.
 */
record SlotKeys(int parallelism) implements Keys {
  @Override
  public List<Integer> of(int pieces) {
    List<PrimitiveIterator.OfInt> ofSubtask =
        IntStream.range(0, parallelism)
            .mapToObj(s -> IntStream.iterate(0, k -> k + 1).filter(k -> subtask(k) == s).iterator())
            .toList();
    return IntStream.range(0, pieces).mapToObj(p -> ofSubtask.get(p % parallelism).next()).toList();
  }

  int subtask(int key) {
    try {
      byte[] encoded = CoderUtils.encodeToByteArray(VarIntCoder.of(), key);
      return MathUtils.murmurHash(Arrays.hashCode(encoded)) % parallelism;
    } catch (CoderException e) {
      throw new IllegalStateException(e);
    }
  }
}
