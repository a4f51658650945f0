package org.epochflow.runners.flink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.deployment.ClusterClientFactory;
import org.apache.flink.client.deployment.ClusterDescriptor;
import org.apache.flink.client.deployment.DefaultClusterClientServiceLoader;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.messages.FlinkJobNotFoundException;
import org.apache.flink.runtime.rest.handler.legacy.messages.ClusterOverviewWithVersion;
import org.apache.flink.runtime.rest.messages.ClusterOverviewHeaders;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.EnvironmentInfo;
import org.apache.flink.runtime.rest.messages.JobManagerEnvironmentHeaders;
import org.apache.flink.runtime.rest.messages.MessageHeaders;
import org.apache.flink.runtime.rest.messages.ResponseBody;
import org.apache.flink.runtime.rest.util.RestClientException;
import org.apache.flink.runtime.rest.util.RestMapperUtils;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.util.FlinkException;
import org.apache.flink.util.SerializedThrowable;
import org.epochflow.runners.flink.FlinkClusterException.JobLost;
import org.epochflow.runners.flink.FlinkClusterException.Unreachable;
import org.jspecify.annotations.Nullable;

/** A session cluster, seen through its REST interface. Every method returns within seconds. */
final class FlinkSession {
  /** With the start of Java, a user hears of a silent cluster within five seconds. */
  private static final long ANSWER_SECONDS = 3;

  /** A JobManager that is still starting answers with this status or a higher one. */
  private static final int SERVER_ERROR = 500;

  private final RestClusterClient<?> client;
  private final String address;

  private FlinkSession(RestClusterClient<?> client, String address) {
    this.client = client;
    this.address = address;
  }

  /**
   * Makes the client; sends no request yet.
   *
   * @param configuration the address of the cluster
   */
  static FlinkSession of(Configuration configuration) throws FlinkClusterException {
    String address =
        configuration.get(RestOptions.ADDRESS) + ":" + configuration.get(RestOptions.PORT);
    return new FlinkSession(client(configuration, address), address);
  }

  private static <T> RestClusterClient<?> client(Configuration configuration, String address)
      throws FlinkClusterException {
    ClusterClientFactory<T> factory =
        new DefaultClusterClientServiceLoader().getClusterClientFactory(configuration);
    try (ClusterDescriptor<T> descriptor = factory.createClusterDescriptor(configuration)) {
      return (RestClusterClient<?>)
          descriptor.retrieve(factory.getClusterId(configuration)).getClusterClient();
    } catch (FlinkException | RuntimeException e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      throw new FlinkClusterException(
          "Expected Flink's JobManager at %s, found none: %s".formatted(address, root.getMessage()),
          e);
    }
  }

  String address() {
    return address;
  }

  /**
   * Counts all slots and the free ones.
   *
   * @throws FlinkClusterException if there is no Flink, or another version
   */
  Slots slots() throws IOException {
    ClusterOverviewWithVersion overview;
    try {
      overview = get(ClusterOverviewHeaders.getInstance());
    } catch (JobLost e) {
      throw new FlinkClusterException(
          "Expected Flink's JobManager at %s, found something else that answers".formatted(address),
          e);
    }
    String expected = minor(EnvironmentInformation.getVersion());
    if (!minor(overview.getVersion()).equals(expected)) {
      throw new FlinkClusterException(
          "Expected Flink %s at %s, found Flink %s"
              .formatted(expected, address, overview.getVersion()));
    }
    return new Slots(
        overview.getNumTaskManagersConnected(),
        overview.getNumSlotsTotal(),
        overview.getNumSlotsAvailable());
  }

  /** A cluster's TaskManagers and slots. */
  record Slots(int taskManagers, int total, int free) {}

  private static String minor(String version) {
    return version.replaceFirst("^(\\d+\\.\\d+).*", "$1");
  }

  /** Whether the cluster's class path has a jar of this name. */
  boolean has(String jar) throws IOException {
    EnvironmentInfo environment = get(JobManagerEnvironmentHeaders.getInstance());
    for (var path :
        RestMapperUtils.getStrictObjectMapper().valueToTree(environment).path("classpath")) {
      if (path.asText().endsWith("/" + jar)) {
        return true;
      }
    }
    return false;
  }

  /** The jobs that have not ended and whose names begin with the prefix. */
  List<JobID> running(String prefix) throws IOException {
    List<JobID> jobs = new ArrayList<>();
    for (JobStatusMessage job : answer(client.listJobs())) {
      if (job.getJobName().startsWith(prefix) && !job.getJobState().isGloballyTerminalState()) {
        jobs.add(job.getJobId());
      }
    }
    return jobs;
  }

  /**
   * Returns the state of a job.
   *
   * @throws JobLost if the cluster does not know the job
   */
  JobStatus status(JobID job) throws IOException {
    return answer(client.getJobStatus(job));
  }

  /** Returns the reason why a job failed. */
  @Nullable Throwable failure(JobID job) throws IOException {
    Throwable failure = answer(client.requestJobResult(job)).getSerializedThrowable().orElse(null);
    return failure instanceof SerializedThrowable serialized
        ? serialized.deserializeError(Thread.currentThread().getContextClassLoader())
        : failure;
  }

  void cancel(JobID job) throws IOException {
    answer(client.cancel(job));
  }

  private <R extends ResponseBody> R get(
      MessageHeaders<EmptyRequestBody, R, EmptyMessageParameters> question) throws IOException {
    return answer(
        client.sendRequest(
            question, EmptyMessageParameters.getInstance(), EmptyRequestBody.getInstance()));
  }

  private <R> R answer(CompletableFuture<R> question) throws IOException {
    try {
      return question.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw unreachable(String.format(Locale.ROOT, "no answer in %d seconds", ANSWER_SECONDS), e);
    } catch (ExecutionException e) {
      Throwable root = e;
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof RestClientException refused) {
          requireStarting(refused);
        }
        root = cause;
      }
      throw unreachable(String.valueOf(root.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlinkClusterException("Interrupted", e);
    }
  }

  private Unreachable unreachable(String found, Exception cause) {
    return new Unreachable(
        "Expected Flink's JobManager at %s, found %s".formatted(address, found), cause);
  }

  /** Throws unless a starting JobManager refused the request; it may answer the next one. */
  private void requireStarting(RestClientException refused) throws JobLost {
    String lines = String.valueOf(refused.getMessage());
    if (lines.contains(FlinkJobNotFoundException.class.getName())) { // its status is 500 too
      throw new JobLost("Flink at %s does not know the job any more".formatted(address), refused);
    } else if (refused.getHttpResponseStatus().code() < SERVER_ERROR) {
      throw new JobLost(
          "Expected Flink's JobManager at %s, found: %s"
              .formatted(address, lines.lines().findFirst().orElse(lines)),
          refused);
    }
  }
}
