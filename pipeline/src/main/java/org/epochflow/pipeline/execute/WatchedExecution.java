package org.epochflow.pipeline.execute;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.epochflow.model.train.TrainingConfig;

/**
 * An execution that reports its tasks to a listener.
 *
 * @param inner does the work
 */
public record WatchedExecution(Execution inner, ProgressListener progress) implements Execution {
  @Override
  public void run(String name, Consumer<Pipeline> graph, Watch watch) throws IOException {
    inner.run(name, graph, watch);
  }

  @Override
  public Execution narrowedTo(int elements) {
    return new WatchedExecution(inner.narrowedTo(elements), progress);
  }

  @Override
  public Closeable warmUp(TrainingConfig config) {
    return inner.warmUp(config);
  }

  @Override
  public Keys keys() {
    return inner.keys();
  }

  @Override
  public void requireShared(String folder, List<String> files) throws IOException {
    inner.requireShared(folder, files);
  }
}
