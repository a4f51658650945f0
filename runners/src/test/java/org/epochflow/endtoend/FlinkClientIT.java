package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.endtoend.Program.Output;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jobs' jars, started by Flink's own client and by its page. */
class FlinkClientIT {
  private static final Path BUNDLED = Program.ROOT.resolve("runners/target/epochflow.jar");
  private static final Path THIN =
      Program.ROOT.resolve("runners/target/epochflow-runners-0.1.0-flink.jar");

  private static Path folder = Path.of("");
  private static Cluster cluster;
  private static String wanted = "";

  @BeforeAll
  static void startCluster(@TempDir Path everyTests) throws Exception {
    folder = everyTests;
    Path lib = Files.createDirectories(folder.resolve("cluster/lib"));
    Path earlier = Files.createFile(lib.resolve("flink-runtime-of-an-earlier-build.jar"));
    cluster = Cluster.start(folder.resolve("cluster"), "--taskManagers=1", "--slots=2");
    assertFalse(Files.exists(earlier), "Expected the jars of this build alone");
    new Program(folder).run(train("direct")).done();
    wanted = new RunFiles(folder.resolve("direct")).sha256();
  }

  @AfterAll
  static void stopCluster() throws Exception {
    cluster.stop();
  }

  private static List<String> train(String output) {
    return List.of(
        "train",
        "--quiet",
        "--epochs=1",
        "--data=" + Program.MINI,
        "--output=" + folder.resolve(output));
  }

  private static Output flinkRun(Cluster cluster, Path jar, String output, String... flags)
      throws Exception {
    List<String> words = new ArrayList<>(List.of("run", "-m", cluster.address()));
    words.addAll(List.of(flags));
    words.add(jar.toString());
    words.addAll(train(output));
    return cluster.client(words.toArray(String[]::new)).end();
  }

  private static void requireWanted(String run, Output output) throws Exception {
    assertEquals(0, output.exit(), output.err());
    assertEquals(wanted, new RunFiles(folder.resolve(run)).sha256());
  }

  @Test
  void aThinJarTrainsToTheSameBits() throws Exception {
    requireWanted("thin", flinkRun(cluster, THIN, "thin"));
    assertEquals(1, cluster.jobs(folder.resolve("thin") + ": epoch 1").size());
  }

  @Test
  void aBundledJarBringsWhatTheClusterLacks() throws Exception {
    Cluster bare =
        Cluster.start(
            folder.resolve("bare"), "--taskManagers=1", "-Dclassloader.resolve-order=child-first");
    try {
      Files.delete(bare.lib().resolve("epochflow.jar"));
      bringWhatADistributionHas(bare);
      bare.restart("jobmanager", line -> line);
      bare.restart("taskmanager-1", line -> line);
      bare.startWhatIsMissing();
      requireWanted("bundled", flinkRun(bare, BUNDLED, "bundled"));
    } finally {
      bare.stop();
    }
  }

  /** What of Flink's own needs a local cluster takes from epochflow.jar. */
  private static void bringWhatADistributionHas(Cluster bare) throws Exception {
    for (String file : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path jar = Path.of(file);
      if (jar.getFileName().toString().startsWith("commons-")) {
        Files.copy(jar, bare.lib().resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  @Test
  void aDetachedSubmitIsRefused() throws Exception {
    Output output = flinkRun(cluster, THIN, "detached", "--detached");
    assertEquals(1, output.exit(), output.err());
    assertTrue(
        output.err().contains("epochflow: Expected an attached submit, found flink run --detached"),
        output.err());
    assertFalse(Files.exists(folder.resolve("detached")));
  }

  @Test
  void aSubmitInFlinksPageIsRefused() throws Exception {
    JsonNode upload =
        cluster.post(
            "/jars/upload",
            "multipart/form-data; boundary=part",
            BodyPublishers.concat(
                BodyPublishers.ofString(
                    "--part\r\nContent-Disposition: form-data; name=\"jarfile\";"
                        + " filename=\"thin.jar\"\r\n\r\n"),
                BodyPublishers.ofFile(THIN),
                BodyPublishers.ofString("\r\n--part--\r\n")));
    Path jar = Path.of(upload.required("filename").textValue()).getFileName();
    JsonNode answer =
        cluster.post(
            "/jars/%s/run".formatted(jar),
            "application/json",
            BodyPublishers.ofString(
                "{\"programArgsList\": [\"%s\"]}"
                    .formatted(String.join("\", \"", train("submitted")))));
    assertTrue(
        answer.toString().contains("Expected epochflow's driver outside of Flink's JobManager"),
        answer.toString());
    assertFalse(Files.exists(folder.resolve("submitted")));
  }
}
