package org.epochflow.pipeline.train;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import org.epochflow.model.format.StateFile;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.io.IdxFiles;
import org.epochflow.pipeline.io.Storage;

/** What a worker process keeps from one element to the next, and how it reads and writes models. */
final class Worker {
  private static final Cache<DataKey, TrainingData> DATA =
      Caffeine.newBuilder().maximumSize(16).build();

  /** Names a split of a data set's content. */
  record DataKey(String manifest, long manifestCrc, List<IdxFiles> files, TrainingConfig config)
      implements Serializable {}

  private static final Cache<StartKey, ModelState> START =
      Caffeine.newBuilder().maximumSize(1).build();

  private record StartKey(EpochPlan plan, String path) {}

  private Worker() {}

  /** The work of an epoch over its data. */
  static EpochWork work(EpochPlan plan) {
    return new EpochWork(
        plan.config(),
        data(new DataKey(plan.manifest(), plan.manifestCrc(), plan.files(), plan.config())));
  }

  /** A data set, split; its manifest is read once per process. */
  static TrainingData data(DataKey key) {
    return DATA.get(key, Worker::load);
  }

  private static TrainingData load(DataKey key) {
    try {
      return TrainingData.read(key.manifest(), key.files(), key.config());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A model that several elements start from; the last one stays in memory. */
  static ModelState start(EpochPlan plan, String path) throws IOException {
    StartKey key = new StartKey(plan, path);
    ModelState known = START.getIfPresent(key);
    if (known == null) {
      known = read(path);
      START.put(key, known);
    }
    return known;
  }

  static ModelState read(String path) throws IOException {
    try (ReadableByteChannel in = Storage.open(path)) {
      return StateFile.read(in, path);
    }
  }

  static void write(String path, ModelState state) throws IOException {
    Storage.write(path, out -> StateFile.write(state, Channels.newChannel(out)));
  }
}
