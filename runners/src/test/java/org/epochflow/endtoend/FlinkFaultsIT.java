package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.epochflow.endtoend.Program.Output;
import org.epochflow.endtoend.Program.Running;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes of a real cluster die, or are not what they should be. */
class FlinkFaultsIT {
  private static final String OPTIONS = "--quiet --model=mlp --batchSize=4 --epochs=2";
  private static final String NO_RESTARTS = "-Drestart-strategy.type=none";
  private static Path folder = Path.of("");
  private static Program program = new Program(folder);
  private static String wanted = "";
  private static Cluster cluster;

  @BeforeAll
  static void startCluster(@TempDir Path everyTests) throws Exception {
    folder = everyTests;
    program = new Program(folder);
    cluster = Cluster.start(folder.resolve("cluster"), "--taskManagers=2", NO_RESTARTS);
    program.run(onFlink(cluster, "whole")).done();
    wanted = new RunFiles(folder.resolve("whole")).sha256();
  }

  @AfterAll
  static void stopCluster() throws Exception {
    cluster.stop();
  }

  @AfterEach
  void startWhatWasKilled() throws Exception {
    cluster.startWhatIsMissing();
  }

  private static String[] onFlink(Cluster cluster, String output) {
    return "train --output=%s %s %s".formatted(output, OPTIONS, cluster.options()).split(" ", -1);
  }

  /** Trains, and kills a process in the second epoch. */
  private static Running trainAndKill(Cluster cluster, String output, String process)
      throws Exception {
    Running running = program.start(onFlink(cluster, output));
    running.await(new RunFiles(folder.resolve(output)).epoch(2), "*round-0.state");
    cluster.kill(process);
    return running;
  }

  private static void requireWhole(String run, Output output) throws Exception {
    assertEquals(0, output.exit(), output.err());
    assertEquals(wanted, new RunFiles(folder.resolve(run)).sha256(), output.err());
  }

  @Test
  void aTaskManagerIsKilledAndTheDriverRunsTheEpochAgain() throws Exception {
    Output output = trainAndKill(cluster, "resubmitted", "taskmanager-1").end();
    assertTrue(output.err().contains("running epoch 2 again"), output.err());
    requireWhole("resubmitted", output);
    String epoch = folder.resolve("resubmitted") + ": epoch 2";
    assertTrue(cluster.jobs(epoch).size() >= 2);
  }

  @Test
  void aTaskManagerIsKilledAndTheClusterRestartsTheJob() throws Exception {
    Cluster restarting = Cluster.start(folder.resolve("restarting"), "--taskManagers=2");
    try {
      Running running = trainAndKill(restarting, "restarted", "taskmanager-2");
      restarting.startWhatIsMissing();
      requireWhole("restarted", running.end());
      String epoch = folder.resolve("restarted") + ": epoch 2";
      assertEquals(1, restarting.jobs(epoch).size());
    } finally {
      restarting.stop();
    }
  }

  @Test
  void theJobManagerIsKilledAndTheRunGoesOnWhenItIsBack() throws Exception {
    Running running = trainAndKill(cluster, "orphaned", "jobmanager");
    Cluster.await(() -> running.said("asking again for up to 10 minutes"));
    cluster.startWhatIsMissing();
    Output output = running.end();
    assertTrue(output.err().contains("Flink answers again"), output.err());
    requireWhole("orphaned", output);
  }

  @Test
  void aTaskManagerWithoutTheVectorFlagIsNamedAndGivesNoOtherBits() throws Exception {
    String before = cluster.path("taskmanager-2");
    cluster.restart(
        "taskmanager-2",
        line ->
            line.stream()
                .filter(word -> !word.equals("--add-modules=jdk.incubator.vector"))
                .toList());
    try {
      Cluster.await(() -> !Set.of("", before).contains(cluster.path("taskmanager-2")));
      String refusal = program.run(onFlink(cluster, "flagless")).refusal(1);
      assertTrue(refusal.contains("--add-modules jdk.incubator.vector"), refusal);
    } finally {
      cluster.kill("taskmanager-2");
    }
  }

  @Test
  void aClusterWithoutSlotsIsRefused() throws Exception {
    cluster.kill("taskmanager-1");
    cluster.kill("taskmanager-2");
    Cluster.await(() -> cluster.get("/overview").required("taskmanagers").asInt() == 0);
    String refusal = program.run(onFlink(cluster, "slotless")).refusal(1);
    assertTrue(refusal.contains("Expected a free slot in Flink at " + cluster.address()), refusal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:1", "no-such-host.invalid:8081"})
  void anUnreachableClusterIsRefused(String master) throws Exception {
    String refusal = program.run(onMaster(master)).refusal(1);
    assertTrue(refusal.contains("Expected Flink's JobManager at " + master), refusal);
  }

  @Test
  void oneThatDoesNotAnswerIsRefusedWithinSeconds() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      String master = "127.0.0.1:" + silent.getLocalPort();
      long begun = System.nanoTime();
      String refusal = program.run(onMaster(master)).refusal(1);
      // The cluster's five seconds, and as many for a busy machine to start Java.
      assertTrue(System.nanoTime() - begun < 10_000_000_000L, refusal);
      assertEquals(
          "epochflow: Expected Flink's JobManager at %s, found no answer in 3 seconds"
              .formatted(master),
          refusal);
    }
  }

  private static String[] onMaster(String master) {
    return ("train --output=nowhere --runner=FlinkRunner --flinkMaster=" + master).split(" ", -1);
  }

  @Test
  void aClusterOfAnotherVersionIsRefused() throws Exception {
    byte[] overview =
        """
        {"taskmanagers":1,"slots-total":1,"slots-available":1,"jobs-running":0,"jobs-finished":0,\
        "jobs-cancelled":0,"jobs-failed":0,"flink-version":"2.0.0","flink-commit":"1"}"""
            .getBytes(StandardCharsets.UTF_8);
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, overview.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(overview);
          }
        });
    other.start();
    try {
      String master = "127.0.0.1:" + other.getAddress().getPort();
      String refusal = program.run(onMaster(master)).refusal(1);
      assertEquals(
          "epochflow: Expected Flink 1.20 at %s, found Flink 2.0.0".formatted(master), refusal);
    } finally {
      other.stop(0);
    }
  }
}
