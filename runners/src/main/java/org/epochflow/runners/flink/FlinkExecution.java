package org.epochflow.runners.flink;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.Groups;
import org.epochflow.pipeline.execute.Keys;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.execute.MetricsLog;
import org.epochflow.pipeline.execute.ProgressListener;
import org.epochflow.runners.flink.FlinkClusterException.Unreachable;
import org.jspecify.annotations.Nullable;

/**
 * Runs pipelines as jobs of a Flink session cluster, on all its slots unless the options say fewer.
 *
 * <p>A job's name begins with the path of the run, so that a driver finds and cancels the jobs that
 * an earlier driver of the run left. A job that is lost with a worker or the JobManager runs again.
 */
public final class FlinkExecution implements Execution {
  private static final long SHORTEST_PAUSE_MILLIS = 20;
  private static final long LONGEST_PAUSE_MILLIS = 500;
  private static final long PATIENCE_MILLIS = 5000;
  private static final long RELEASE_MILLIS = 2000;
  private static final long WATCH_MILLIS = 1000;
  private final FlinkPipelineOptions options;
  private final String run;
  private final Retries retries;
  private final FlinkSession session;
  private final Listeners<ProgressListener> progress;
  private int parallelism;
  private int slots;
  private int taskManagers = 1;
  private volatile @Nullable JobID job;
  private volatile boolean stopping;

  private FlinkExecution(
      FlinkPipelineOptions options,
      String run,
      Retries retries,
      FlinkSession session,
      Listeners<ProgressListener> progress) {
    this.options = options;
    this.run = run;
    this.retries = retries;
    this.session = session;
    this.progress = progress;
    parallelism = options.getParallelism() > 0 ? options.getParallelism() : Integer.MAX_VALUE;
  }

  /**
   * Connects to the cluster and cancels the jobs that an earlier driver of the run left there.
   *
   * @param run the absolute path of the run's folder, or of the output folder
   * @param progress is told of what the user waits for
   * @throws FlinkClusterException within seconds, if the cluster cannot be used
   */
  public static FlinkExecution connect(
      PipelineOptions options, String run, Retries retries, Listeners<ProgressListener> progress)
      throws IOException {
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    SessionConfiguration configuration = SessionConfiguration.of(flink);
    FlinkSession session = FlinkSession.of(configuration.value());
    FlinkExecution execution = new FlinkExecution(flink, run, retries, session, progress);
    execution.begin();
    configuration.stageJars(flink, session);
    SessionEnvironment.install(configuration.value(), id -> execution.job = id);
    flink.setFlinkMaster("[auto]");
    flink.setAttachedMode(false);
    // TaskManagers outlive drivers; a new id makes them create Beam's file systems again.
    flink.setOptionsId(UUID.randomUUID().getMostSignificantBits());
    Runtime.getRuntime().addShutdownHook(new Thread(execution::stop, "flink-cancel"));
    return execution;
  }

  private void begin() throws IOException {
    FlinkSession.Slots found = session.slots();
    List<JobID> leftovers = session.running(prefix());
    for (JobID left : leftovers) {
      retries.say("Cancelling a job that an earlier driver left in Flink: " + left);
      session.cancel(left);
      while (!session.status(left).isGloballyTerminalState()) {
        retries.sleep(SHORTEST_PAUSE_MILLIS);
      }
    }
    // A job that has just ended returns its slots a little later.
    long begun = System.nanoTime();
    while (found.free() == 0 || (!leftovers.isEmpty() && found.free() < found.total())) {
      if (found.total() == 0 || millisSince(begun) > RELEASE_MILLIS) {
        break;
      }
      retries.sleep(SHORTEST_PAUSE_MILLIS);
      found = session.slots();
    }
    if (found.free() == 0) {
      throw new FlinkClusterException(
          String.format(
              Locale.ROOT,
              "Expected a free slot in Flink at %s, found none: %d TaskManagers with %d slots, all"
                  + " taken",
              session.address(),
              found.taskManagers(),
              found.total()));
    }
    parallelism = Math.min(parallelism, found.free());
    slots = found.total();
    taskManagers = found.taskManagers();
  }

  private String prefix() {
    return "epochflow %s: ".formatted(run);
  }

  @Override
  public Listeners<ProgressListener> progress() {
    return progress;
  }

  @Override
  public Optional<String> advice(int replicas) {
    return replicas >= parallelism
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%d %s on %d slots; --replicas=%d uses all, but changes the result",
                replicas,
                replicas == 1 ? "replica" : "replicas",
                parallelism,
                parallelism));
  }

  @Override
  public Keys keys() {
    return new SlotKeys(options.getParallelism());
  }

  /** One TaskManager trains all in its memory; of several each slot trains a group. */
  @Override
  public Groups groups(int replicas) {
    int used = Math.min(slots, parallelism);
    int perProcess = (slots + taskManagers - 1) / taskManagers;
    return taskManagers == 1
        ? new Groups(1, Math.max(1, slots / used))
        : new Groups(Math.min(used, replicas), perProcess);
  }

  @Override
  public void requireShared(String folder, List<String> files) throws IOException {
    SharedFolder shared = SharedFolder.begin(folder, files, parallelism);
    try {
      run("shared folder", pipeline -> shared.addTo(pipeline, keys()), Watch.NONE);
      shared.requireSeen();
    } finally {
      shared.delete();
    }
  }

  @Override
  public void run(String name, Consumer<Pipeline> graph, Watch watch) throws IOException {
    retries.run(
        name,
        number ->
            attempt(String.format(Locale.ROOT, "%s, attempt %d", name, number), graph, watch));
  }

  private void attempt(String name, Consumer<Pipeline> graph, Watch watch) throws IOException {
    options.setParallelism(parallelism());
    options.setJobName(prefix() + name);
    Pipeline pipeline = Pipeline.create(options);
    graph.accept(pipeline);
    PipelineResult result;
    try {
      result = pipeline.run();
    } catch (RuntimeException e) {
      throw Failures.ofSubmission(name, e);
    }
    JobID id = Objects.requireNonNull(job);
    try {
      end(name, id, follow(id, result, watch));
      MetricsLog.log(name, result);
    } finally {
      job = null;
    }
  }

  /** The number of slots; after a loss, waits some seconds for new ones. */
  private int parallelism() throws IOException {
    long begun = System.nanoTime();
    while (true) {
      int now =
          retries.persist(
              () -> {
                FlinkSession.Slots found = session.slots();
                int total = found.total();
                taskManagers = found.taskManagers();
                if (total == 0) {
                  throw new Unreachable(
                      "Expected TaskManagers in Flink at %s, found none"
                          .formatted(session.address()),
                      null);
                }
                return total;
              });
      if (now >= slots || millisSince(begun) > PATIENCE_MILLIS) {
        slots = now;
        return Math.min(now, parallelism);
      }
      retries.sleep(LONGEST_PAUSE_MILLIS);
    }
  }

  private JobStatus follow(JobID id, PipelineResult result, Watch watch) throws IOException {
    long begun = System.nanoTime();
    long watched = begun;
    while (true) {
      JobStatus status = retries.persist(() -> session.status(id));
      if (status.isGloballyTerminalState()) {
        watch.look(result);
        return status;
      } else if (millisSince(watched) > WATCH_MILLIS) {
        watch.look(result);
        watched = System.nanoTime();
      }
      long pause = millisSince(begun) / 20;
      retries.sleep(Math.max(SHORTEST_PAUSE_MILLIS, Math.min(pause, LONGEST_PAUSE_MILLIS)));
    }
  }

  private void end(String name, JobID id, JobStatus status) throws IOException {
    if (status == JobStatus.FAILED) {
      throw Failures.ofJob(name, session.failure(id));
    } else if (status == JobStatus.CANCELED) {
      while (stopping) {
        retries.sleep(LONGEST_PAUSE_MILLIS); // The process is about to end.
      }
      throw new FlinkClusterException(
          "The job was cancelled in Flink: %s (%s)".formatted(name, run));
    }
  }

  /** Cancels the running job when the process ends. */
  private void stop() {
    stopping = true;
    JobID running = job;
    if (running != null) {
      try {
        session.cancel(running);
      } catch (IOException e) {
        retries.say("Could not cancel the job: " + e.getMessage());
      }
    }
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }
}
