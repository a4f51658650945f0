package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.util.VarInt;
import org.epochflow.endtoend.Cluster.Job;
import org.epochflow.endtoend.Program.Output;
import org.epochflow.endtoend.Program.Running;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs on a real cluster: two TaskManagers with two slots each. */
class FlinkIT {
  private static final String SLOW =
      "--model=mlp --batchSize=4 --replicas=4 --roundsPerEpoch=4 --epochs=3";

  /** An epoch that takes longer than another driver needs to start. */
  private static final String SLOWER =
      "--model=cnn --padding=same --filterMultiplier=2 --batchSize=2 --validationSplit=0.8"
          + " --replicas=4 --roundsPerEpoch=4 --epochs=1";

  /** An epoch whose one round takes longer than a minute. */
  private static final String SLOWEST =
      "--model=cnn --padding=same --filterMultiplier=2 --batchSize=1 --replicas=4"
          + " --roundsPerEpoch=1 --epochs=1";

  private static Path folder = Path.of("");
  private static Program program = new Program(folder);
  private static Cluster cluster;

  @BeforeAll
  static void startCluster(@TempDir Path everyTests) throws Exception {
    folder = everyTests;
    program = new Program(folder);
    cluster =
        Cluster.start(
            folder.resolve("cluster"),
            "--taskManagers=2",
            "--slots=2",
            "-Dcluster.thread-dump.stacktrace-max-depth=100");
    program.run(train("trained", "--epochs=1")).done();
  }

  @AfterAll
  static void stopCluster() throws Exception {
    cluster.stop();
  }

  private static String[] train(String output, String options) {
    return "train --output=%s --quiet %s".formatted(output, options).split(" ", -1);
  }

  private static String[] onFlink(String output, String options) {
    return train(output, options + " " + cluster.options());
  }

  private static String sha256(String run) throws Exception {
    return new RunFiles(folder.resolve(run)).sha256();
  }

  @ParameterizedTest
  @ValueSource(strings = {"softmax", "mlp", "cnn"})
  void theSameBitsAsTheDirectRunnerAtEveryParallelism(String model) throws Exception {
    String options = "--model=%s --replicas=4 --roundsPerEpoch=2 --epochs=3".formatted(model);
    new Program(folder, "-Xmx1g").run(train("direct-" + model, options)).done();
    for (int parallelism : List.of(1, 2, 4)) {
      String run = String.format(Locale.ROOT, "%s-%d", model, parallelism);
      program.run(onFlink(run, options + " --parallelism=" + parallelism)).done();
      assertEquals(sha256("direct-" + model), sha256(run), run);
      requireSpread(run, parallelism);
    }
  }

  /**
   * Every subtask of every round and of the validation got work, on both TaskManagers; one subtask
   * has all of it in one step.
   */
  private static void requireSpread(String run, int parallelism) throws Exception {
    Job job = cluster.jobs(folder.resolve(run) + ": epoch 2").get(0);
    if (parallelism == 1) {
      JsonNode vertices = cluster.get("/jobs/" + job.id()).required("vertices");
      assertEquals(
          List.of(true, false),
          vertices.findValuesAsText("name").stream()
              .map(name -> name.contains("TrainReplica"))
              .toList(),
          vertices.toString());
    } else {
      assertEquals(
          3, spread(job, "TrainReplica|ValidateChunks", parallelism), "two rounds, validation");
    }
  }

  /** In how many steps of a job these transforms are, each with work for every subtask. */
  private static int spread(Job job, String transforms, int parallelism) throws Exception {
    int steps = 0;
    for (JsonNode vertex : cluster.get("/jobs/" + job.id()).required("vertices")) {
      String name = vertex.required("name").textValue();
      if (name.matches(".*(%s)/.*".formatted(transforms))) {
        steps++;
        Set<String> taskManagers = new HashSet<>();
        JsonNode details =
            cluster.get("/jobs/%s/vertices/%s".formatted(job.id(), vertex.get("id").asText()));
        for (JsonNode subtask : details.required("subtasks")) {
          assertTrue(subtask.required("metrics").required("read-records").asLong() > 0, name);
          taskManagers.add(subtask.required("taskmanager-id").textValue());
        }
        assertEquals(parallelism, details.required("subtasks").size(), name);
        assertEquals(Math.min(2, parallelism), taskManagers.size(), name);
      }
    }
    return steps;
  }

  @Test
  void replicasOfEveryRoundAndValidationRunAtTheSameTimeOnBothTaskManagers() throws Exception {
    Running running = program.start(onFlink("concurrent", SLOWER));
    Path states = epoch("concurrent", 1);
    int[] training = new int[2];
    int validating = 0;
    while (running.process().isAlive()) {
      int round = roundsAveraged(states);
      int replicas = atOnce("train");
      if (round < training.length && round == roundsAveraged(states)) {
        training[round] = Math.max(training[round], replicas);
      }
      validating = Math.max(validating, atOnce("validate"));
    }
    running.end().done();
    // A TaskManager has two slots: with more at once both are at work.
    assertTrue(Math.min(training[0], training[1]) > 2, Arrays.toString(training));
    assertTrue(validating > 2, "validating at once: " + validating);
  }

  private static Path epoch(String run, int epoch) {
    return new RunFiles(folder.resolve(run)).epoch(epoch);
  }

  private static int roundsAveraged(Path states) throws Exception {
    int rounds = 0;
    while (Running.holds(states, String.format(Locale.ROOT, "*-round-%d.state", rounds))) {
      rounds++;
    }
    return rounds;
  }

  /**
   * How many threads of both TaskManagers are inside this method of EpochWork: those of the first,
   * before and after those of the second were counted, and those of the second.
   */
  private static int atOnce(String method) throws Exception {
    int before = threadsIn(method, "taskmanager-1");
    int second = threadsIn(method, "taskmanager-2");
    return second + Math.min(before, threadsIn(method, "taskmanager-1"));
  }

  private static int threadsIn(String method, String taskManager) throws Exception {
    int threads = 0;
    String path = "/taskmanagers/%s/thread-dump".formatted(taskManager);
    for (JsonNode thread : cluster.get(path).required("threadInfos")) {
      String stack = thread.required("stringifiedThreadInfo").textValue();
      threads += stack.contains("EpochWork.%s(".formatted(method)) ? 1 : 0;
    }
    return threads;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evaluate --model=trained --data=DATA",
        "predict --model=trained --images=DATA/t10k-images-idx3-ubyte.gz",
        "tune --data=DATA --epochs=2 --search=halving --trials=4 --reduction=2"
            + " --tune=learningRate=0.001..0.1",
        "crossvalidate --data=DATA --epochs=1 --folds=3"
      })
  void everyVerbLeavesTheSameFiles(String words) throws Exception {
    String line = words.replace("DATA", Program.MINI.toString()) + " --quiet --output=";
    String verb = words.split(" ", -1)[0];
    program.run((line + "here/" + verb).split(" ", -1)).done();
    program.run((line + "there/" + verb + " " + cluster.options()).split(" ", -1)).done();
    assertEquals(results("here/" + verb), results("there/" + verb));
    if (verb.equals("tune")) {
      Job rung = cluster.jobs(folder.resolve("there/tune") + ": trials, rung 1").get(0);
      assertEquals(1, spread(rung, "RunTrial", 4));
    }
  }

  /** All of an output's files but those of its runs that hold seconds. */
  private static Map<String, Long> results(String output) throws Exception {
    Map<String, Long> content = new RunFiles(folder.resolve(output)).content();
    content
        .keySet()
        .removeIf(path -> path.matches(".*\\.keras|.*/(metrics.json|report.html|timings.csv)"));
    return content;
  }

  @Test
  void cancelledInFlinksPageTheDriverSaysSo() throws Exception {
    Running running = program.start(onFlink("cancelled", SLOW));
    running.await(epoch("cancelled", 2), "*round-0.state");
    cluster.cancel(cluster.jobs(folder.resolve("cancelled") + ": epoch 2").get(0).id());
    String refusal = running.end().refusal(1);
    assertTrue(refusal.contains("The job was cancelled in Flink: epoch 2, attempt 1"), refusal);
  }

  @Test
  void controlCCancelsTheJob() throws Exception {
    Running running = program.start(onFlink("interrupted", SLOW));
    running.await(epoch("interrupted", 2), "*round-0.state");
    Output output = running.interrupt();
    assertEquals(130, output.exit(), output.err());
    assertTrue(
        output.err().strip().startsWith("Interrupted. Saved in interrupted: 1 of 3"), output.err());
    assertFalse(output.err().contains("cancelled in Flink"), output.err());
    Cluster.await(() -> isCancelled("interrupted", 2));
  }

  private static boolean isCancelled(String run, int epoch) throws Exception {
    return cluster.jobs(folder.resolve(run) + ": epoch " + epoch).stream()
        .anyMatch(job -> job.state().equals("CANCELED"));
  }

  @Test
  void afterAKilledDriverItsJobIsCancelledAndTheRunGoesOnToTheSameBits() throws Exception {
    program.run(onFlink("whole", SLOWER)).done();
    Running running = program.start(onFlink("killed", SLOWER));
    running.await(epoch("killed", 1), "*round-0.state");
    assertEquals(137, running.kill().exit());
    Output output =
        program.run(("train --resume --output=killed --quiet " + cluster.options()).split(" ", -1));
    assertEquals(0, output.exit(), output.err());
    assertTrue(output.err().contains("Cancelling a job that an earlier driver left"), output.err());
    assertTrue(isCancelled("killed", 1));
    assertEquals(sha256("whole"), sha256("killed"));
  }

  @Test
  void whatReplicasTrainStandsAmongTheMetricsOfTheirTasksMeanwhile() throws Exception {
    Running running = program.start(onFlink("metered", SLOWEST));
    Cluster.await(() -> trained("examples", "min") > 0);
    double examples = trained("examples", "max");
    Cluster.await(() -> trained("examples", "max") > examples);
    assertTrue(examples < 1000, "of a share of 1000: " + examples);
    assertTrue(trained("batches", "min") > 0);
    assertEquals(1, trained("epoch", "min"));
    assertTrue(trained("examplesPerSecond", "min") > 0);
    assertTrue(trained("loss", "avg") > 0);
    running.interrupt();
  }

  /** A metric of the first round's tasks, over all of them; 0 before Flink knows it. */
  private static double trained(String metric, String aggregate) throws Exception {
    List<Job> jobs = cluster.jobs(folder.resolve("metered") + ": epoch 1");
    if (jobs.isEmpty()) {
      return 0;
    }
    String vertices = "/jobs/%s/vertices/".formatted(jobs.get(0).id());
    String vertex =
        named(
            cluster.get("/jobs/" + jobs.get(0).id()).path("vertices"),
            "name",
            ".*TrainReplicas0/TrainReplica/.*");
    String metrics = vertices + vertex + "/subtasks/metrics";
    String id = named(cluster.get(metrics), "id", ".*\\(Train\\)\\)\\." + metric);
    return cluster
        .get("%s?get=%s&agg=%s".formatted(metrics, id, aggregate))
        .at("/0/" + aggregate)
        .asDouble();
  }

  /** The id of the first whose {@code field} matches; empty where none does, or in an error. */
  private static String named(JsonNode all, String field, String pattern) {
    for (JsonNode each : all) {
      if (each.path(field).asText().matches(pattern)) {
        return each.required("id").textValue();
      }
    }
    return "";
  }

  @Test
  void whatReplicasTellStandsInFlinksAccumulatorsAndIsPrintedWhereAskedFor() throws Exception {
    Output output =
        program.run(
            "train --output=told --epochs=1 --roundsPerEpoch=1 --verbose %s"
                .formatted(cluster.options())
                .split(" ", -1));
    assertEquals(0, output.exit(), output.err());
    assertTrue(
        output.err().contains("epoch 1, attempt 1: {batches=32, epoch=1, examples=4000, "),
        output.err());
    Map<String, byte[]> told = accumulated(folder.resolve("told") + ": epoch 1");
    assertEquals(
        Set.of("batches", "epoch", "examples", "examplesPerSecond", "lossMillionths"),
        told.keySet());
    assertEquals(4000, VarInt.decodeLong(new ByteArrayInputStream(told.get("examples"))));
    assertEquals(32, VarInt.decodeLong(new ByteArrayInputStream(told.get("batches"))));
  }

  /** Beam's metrics of training by their names, as Flink keeps them of a job. */
  private static Map<String, byte[]> accumulated(String job) throws Exception {
    String path = "/jobs/%s/accumulators".formatted(cluster.jobs(job).get(0).id());
    JsonNode value = cluster.get(path).at("/user-task-accumulators/0/value");
    Map<String, byte[]> metrics = new HashMap<>();
    for (JsonNode metric :
        new ObjectMapper().readTree(value.textValue()).at("/metrics/attempted")) {
      if (metric.at("/labels/NAMESPACE").asText().endsWith(".TrainEpoch")) {
        metrics.put(
            metric.at("/labels/NAME").textValue(),
            Base64.getDecoder().decode(metric.required("payload").textValue()));
      }
    }
    return metrics;
  }

  @Test
  void idleSlotsAreSaid() throws Exception {
    Output output = program.run(onFlink("idle", "--epochs=1"));
    assertEquals(
        "epochflow: 2 replicas on 4 slots; --replicas=4 uses all, but changes the result\n",
        output.err());
  }

  @Test
  void aFolderThatIsNotSharedIsRefused() throws Exception {
    Output output = program.run(onFlink("/proc/self/cwd/unshared", "--epochs=1 --replicas=4"));
    String refusal = output.refusal(1);
    assertTrue(refusal.contains("some do not see: /proc/self/cwd/unshared"), refusal);
    assertFalse(Files.exists(folder.resolve("unshared")));
  }
}
