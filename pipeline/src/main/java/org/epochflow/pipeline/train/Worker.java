package org.epochflow.pipeline.train;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.format.StateFile;
import org.epochflow.model.format.SummandFile;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.Summand;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.store.Storage;

/** Keeps data and models in a worker process from one element to the next. */
final class Worker {
  private static final Cache<DataKey, TrainingData> DATA =
      Caffeine.newBuilder().maximumSize(16).build();

  /** Names a split of a data set's content. */
  record DataKey(String manifest, long manifestCrc, Records records, TrainingConfig config)
      implements Serializable {}

  /** The models of the epoch that this process wrote or read last. */
  private static final Cache<StateKey, ModelState> STATES =
      Caffeine.newBuilder()
          .maximumWeight(Runtime.getRuntime().maxMemory() / 8)
          .weigher((StateKey key, ModelState state) -> bytes(state))
          .build();

  private record StateKey(EpochPlan plan, String path) {}

  private Worker() {}

  /** The work of an epoch over its data. */
  static EpochWork work(EpochPlan plan) {
    return new EpochWork(
        plan.config(),
        data(new DataKey(plan.manifest(), plan.manifestCrc(), plan.records(), plan.config())),
        plan.epoch());
  }

  /** A data set, split; its manifest is read once per process. */
  static TrainingData data(DataKey key) {
    return DATA.get(key, Worker::load);
  }

  private static TrainingData load(DataKey key) {
    try {
      return TrainingData.read(key.manifest(), key.records(), key.config());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A model that a step wrote: from memory if this process wrote it, else from its file. */
  static ModelState read(EpochPlan plan, String path) throws IOException {
    StateKey key = new StateKey(plan, path);
    ModelState known = STATES.getIfPresent(key);
    if (known == null) {
      try (ReadableByteChannel in = Storage.open(path)) {
        known = StateFile.read(in, path);
      }
      STATES.put(key, known);
    }
    return known;
  }

  static void write(EpochPlan plan, String path, ModelState state) throws IOException {
    Storage.writeScratch(path, out -> StateFile.write(state, out));
    STATES.put(new StateKey(plan, path), state);
  }

  /** Reads nodes of the averaging tree, which may be another process's. */
  static List<Summand> readSums(String path, int nodes) throws IOException {
    try (ReadableByteChannel in = Storage.open(path)) {
      List<Summand> sums = new ArrayList<>();
      while (sums.size() < nodes) {
        sums.add(SummandFile.read(in, path));
      }
      return sums;
    }
  }

  static void writeSums(String path, List<Summand> sums) throws IOException {
    Storage.writeScratch(
        path,
        out -> {
          for (Summand sum : sums) {
            SummandFile.write(sum, out);
          }
        });
  }

  /** Frees the memory of models that are read again only if a step is repeated. */
  static void forget(EpochPlan plan, List<String> paths) {
    STATES.invalidateAll(paths.stream().map(path -> new StateKey(plan, path)).toList());
  }

  private static int bytes(ModelState state) {
    return Float.BYTES * state.parameters().length * (1 + state.slots().size());
  }
}
