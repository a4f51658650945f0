package org.epochflow.pipeline.train;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.apache.beam.sdk.util.SerializableUtils;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.data.Records;

/**
 * What every worker of an epoch needs to know; small, and the same for all.
 *
 * @param threads of each replica; they change speed alone
 * @param epoch from 0
 * @param records the training records
 * @param manifest the path of the data set's manifest; {@code manifestCrc} identifies its content
 * @param folder for the files of this epoch alone
 * @param startHash identifies the model that the epoch starts from
 * @param inProcess whether the driver and all workers are one process, where models are handed on
 *     in memory; otherwise they travel as files
 */
public record EpochPlan(
    TrainingConfig config,
    ReplicaThreads threads,
    int epoch,
    Records records,
    String manifest,
    long manifestCrc,
    String folder,
    String startHash,
    boolean inProcess)
    implements Serializable {
  /** Where the model lies that the epoch starts from. */
  public String startState() {
    return folder + "/" + startHash + "-start.state";
  }

  /** Where the sums of a group of replicas go; the same for every attempt at them. */
  String sums(int round, int from, int to) {
    return String.format(
        Locale.ROOT, "%s/%s-round-%d-replicas-%d-%d.sums", folder, startHash, round, from, to);
  }

  /** Where a round's averaged model goes. */
  String roundState(int round) {
    return String.format(Locale.ROOT, "%s/%s-round-%d.state", folder, startHash, round);
  }

  /** Where the validated result goes. */
  String result() {
    return "%s/%s-result".formatted(folder, startHash);
  }

  /**
   * A plan as bytes, for the functions of a graph: a runner serialises a function again and again,
   * which is cheap if it holds bytes and not a graph of objects. A worker process unpacks it once.
   */
  static final class Packed implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final Cache<ByteBuffer, EpochPlan> UNPACKED =
        Caffeine.newBuilder().maximumSize(4).build();
    private final byte[] bytes;

    Packed(EpochPlan plan) {
      bytes = SerializableUtils.serializeToByteArray(plan);
    }

    EpochPlan unpacked() {
      return UNPACKED.get(
          ByteBuffer.wrap(bytes),
          key -> (EpochPlan) SerializableUtils.deserializeFromByteArray(bytes, "the epoch's plan"));
    }
  }
}
