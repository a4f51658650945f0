package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.epochflow.endtoend.Program.Running;

/** A local Flink cluster of processes, as the product's script starts and stops it. */
final class Cluster {
  private static final Path SCRIPT = Program.ROOT.resolve("runners/flink/cluster");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private final Path folder;
  private final String[] settings;
  private final HttpClient http = HttpClient.newHttpClient();
  private String address = "";

  private Cluster(Path folder, String[] settings) {
    this.folder = folder;
    this.settings = settings;
  }

  static Cluster start(Path folder, String... settings) throws Exception {
    Cluster cluster = new Cluster(folder, settings);
    cluster.startWhatIsMissing();
    return cluster;
  }

  void startWhatIsMissing() throws IOException, InterruptedException {
    List<String> lines = script("start", settings);
    address = lines.get(lines.size() - 1);
    assertTrue(address.matches("127\\.0\\.0\\.1:\\d+"), lines.toString());
  }

  private List<String> script(String command, String... options)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(SCRIPT.toString(), command, "--folder=" + folder));
    words.addAll(List.of(options));
    Path out = Files.createTempFile(folder.getParent(), "cluster", ".out");
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    Process process = builder.redirectOutput(out.toFile()).start();
    assertTrue(process.waitFor(2, TimeUnit.MINUTES), "Expected the script to end");
    List<String> lines = Files.readAllLines(out);
    assertEquals(0, process.exitValue(), lines.toString());
    return lines;
  }

  /** The options that run a verb here. */
  String options() {
    return "--runner=FlinkRunner --flinkMaster=" + address;
  }

  String address() {
    return address;
  }

  /** What the cluster's processes have on their class path. */
  Path lib() {
    return folder.resolve("lib");
  }

  /** Starts Flink's own client, {@code flink} in a distribution. */
  Running client(String... words) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-XX:TieredStopAtLevel=1", "--add-modules=jdk.incubator.vector"));
    line.add("--add-opens=java.base/java.util=ALL-UNNAMED"); // as that script does
    line.addAll(List.of("-cp", lib() + "/*", "org.apache.flink.client.cli.CliFrontend"));
    line.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().put("FLINK_CONF_DIR", folder.resolve("conf").toString());
    return Running.start(builder);
  }

  /** The id of {@code jobmanager} or {@code taskmanager-1} ... */
  ProcessHandle process(String name) throws IOException {
    long id = Long.parseLong(Files.readString(folder.resolve(name + ".pid")).strip());
    return ProcessHandle.of(id).orElseThrow();
  }

  void kill(String name) throws Exception {
    ProcessHandle process = process(name);
    assertTrue(process.destroyForcibly());
    process.onExit().get(1, TimeUnit.MINUTES);
  }

  /** Kills a process and starts it again with another command line, made of its own. */
  void restart(String name, UnaryOperator<List<String>> change) throws Exception {
    ProcessHandle process = process(name);
    // The handle's own arguments end after 4 KB.
    Path words = Path.of("/proc", String.valueOf(process.pid()), "cmdline");
    List<String> line = new ArrayList<>(List.of(Files.readString(words).split("\0", -1)));
    line.set(0, process.info().command().orElseThrow());
    line.remove(line.size() - 1);
    kill(name);
    Path log = folder.resolve("log").resolve(name + ".log");
    Process restarted =
        new ProcessBuilder(change.apply(line))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log.toFile()))
            .start();
    Files.writeString(folder.resolve(name + ".pid"), String.valueOf(restarted.pid()));
  }

  /**
   * Where the cluster reaches a TaskManager, elsewhere after each start; empty where it does not.
   */
  String path(String taskManager) throws IOException, InterruptedException {
    for (JsonNode each : get("/taskmanagers").required("taskmanagers")) {
      if (each.required("id").asText().equals(taskManager)) {
        return each.required("path").asText();
      }
    }
    return "";
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path)).build();
    return JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
  }

  JsonNode post(String path, String contentType, BodyPublisher body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + path))
            .header("Content-Type", contentType)
            .POST(body)
            .build();
    return JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
  }

  /** As the button in Flink's page does. */
  void cancel(String job) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://%s/jobs/%s".formatted(address, job)))
            .method("PATCH", BodyPublishers.noBody())
            .build();
    assertEquals(202, http.send(request, BodyHandlers.discarding()).statusCode());
  }

  /** A job by what its name holds. */
  record Job(String id, String name, String state) {}

  List<Job> jobs(String inName) throws IOException, InterruptedException {
    List<Job> jobs = new ArrayList<>();
    for (JsonNode job : get("/jobs/overview").required("jobs")) {
      if (job.required("name").textValue().contains(inName)) {
        jobs.add(
            new Job(
                job.required("jid").textValue(),
                job.required("name").textValue(),
                job.required("state").textValue()));
      }
    }
    return jobs;
  }

  /** What is waited for. */
  interface Condition {
    boolean holds() throws Exception;
  }

  static void await(Condition condition) throws Exception {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < end, "Expected it within " + LONGEST);
      Thread.sleep(20);
    }
  }

  void stop() throws IOException, InterruptedException {
    script("stop");
  }
}
