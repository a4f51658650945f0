package org.epochflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the launcher does before Java runs, in a checkout of its own. Short scripts stand where Java
 * and Maven would: the one prints its arguments, the other leaves a jar.
 */
class LauncherTest {
  private static final Path LAUNCHER = Path.of("../epochflow");
  private static final String COUNTED = "mvn.log";
  private final Path folder;
  private Path checkout;

  LauncherTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    checkout = checkout("checkout");
    Path bin = Files.createDirectories(folder.resolve("jdk/bin"));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
    script(
        bin.resolve("java"),
        "printf '%s\\n' \"locale=$LC_ALL\" \"$@\"\n"
            + "case \"$*\" in *ArchiveClasses*) ;; *) [ -z \"$STAY\" ] || sleep 60 ;; esac");
    script(
        Files.createDirectories(folder.resolve("bin")).resolve("mvn"),
        ("sleep 0.3; echo built >> %s; mkdir -p runners/target/lib;"
                + " echo jar > runners/target/epochflow.jar; exit $FAILURE")
            .formatted(folder.resolve(COUNTED)));
  }

  private Path checkout(String name) throws IOException {
    Path made = Files.createDirectories(folder.resolve(name));
    Files.copy(LAUNCHER, made.resolve("epochflow"));
    Files.createDirectories(made.resolve("runners/src/main"));
    for (String file : List.of("pom.xml", ".mvn", "runners/pom.xml")) {
      Files.writeString(made.resolve(file), "");
    }
    return made;
  }

  private static void script(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    assertTrue(file.toFile().setExecutable(true));
  }

  @Test
  void launchesAtOnceBuildOnce() throws Exception {
    List<Process> both = List.of(start(Map.of()), start(Map.of()), start(Map.of()));
    for (Process launch : both) {
      String text = text(launch);
      assertEquals(0, launch.waitFor(), text);
    }
    assertEquals(1, builds());
  }

  @Test
  void withoutFlockToo() throws Exception {
    Path launcher = checkout.resolve("epochflow");
    Files.writeString(launcher, Files.readString(launcher).replace("type -P flock", "false"));
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    Path programs = Files.createDirectories(checkout.resolve("runners/target/programs"));
    Files.createSymbolicLink(programs.resolve("builder"), Path.of(String.valueOf(ended.pid())));
    launchesAtOnceBuildOnce();
    assertFalse(Files.exists(programs.resolve("builder"), LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void aRebuildLeavesAloneWhatRuns() throws Exception {
    Process running = start(Map.of("STAY", "true"));
    while (!Files.exists(checkout.resolve("runners/target/programs/current"))) {
      Thread.sleep(20);
    }
    Path first = programs().get(0);
    for (int rebuild = 1; rebuild <= 3; rebuild++) {
      edit();
      launch(Map.of());
    }
    try {
      assertEquals(4, builds());
      assertTrue(Files.exists(first.resolve("epochflow.jar")), programs().toString());
      assertEquals(3, programs().size(), "Expected what runs, the last and the one before");
    } finally {
      running.descendants().forEach(ProcessHandle::destroyForcibly);
      running.destroyForcibly().waitFor();
    }
    edit();
    launch(Map.of());
    assertEquals(2, programs().size());
  }

  @Test
  void whatAFailedBuildLeftIsNotRun() throws Exception {
    String failed = launch(Map.of("FAILURE", "1"));
    assertTrue(failed.contains("epochflow: The build failed"), failed);
    launch(Map.of());
    assertEquals(2, builds());
  }

  /** Changes a source, after all that was built. */
  private void edit() throws IOException {
    Path source = checkout.resolve("runners/src/main/source");
    Files.writeString(source, "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(1)));
  }

  /** As in a container: a script, its jars, and no sources. */
  @Test
  void anInstallationIsNotBuilt() throws Exception {
    Path installed = Files.createDirectories(folder.resolve("installed"));
    Files.copy(LAUNCHER, installed.resolve("epochflow"));
    Path target = Files.createDirectories(installed.resolve("runners/target"));
    Files.createDirectory(target.resolve("lib"));
    Files.writeString(target.resolve("epochflow.jar"), "jar");
    checkout = installed;
    String text = launch(Map.of());
    assertTrue(text.contains("epochflow.jar"), text);
    assertEquals(0, builds());
  }

  @Test
  void aCheckoutThatCannotBeWrittenRunsIfItIsBuilt() throws Exception {
    Path target = Files.createDirectories(checkout.resolve("runners/target"));
    Files.writeString(target.resolve("epochflow.jar"), "");
    Files.writeString(target.resolve("programs"), "no folder can be made here");
    assertTrue(launch(Map.of()).contains("-cp\n" + target.toRealPath() + "/epochflow.jar:"));

    edit();
    assertEquals(
        "epochflow: Expected a program as new as its sources, or a folder to build it in, found"
            + " neither: "
            + checkout.toRealPath()
            + " is read-only\n",
        launch(Map.of()));
    assertEquals(0, builds());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ä", "a b", "[a]", "a,b", "%41", "$HOME", "a;b", "a'b", "{a,b}", "*"})
  void anyFolderWillDo(String name) throws Exception {
    checkout = checkout(name);
    String text = launch(Map.of());
    assertTrue(text.contains("-Depochflow.home=" + checkout.toRealPath() + "\n"), text);
  }

  @Test
  void aColonOfTheFolderIsNoneOfTheClassPath() throws Exception {
    Path target = Files.createDirectories(checkout("a:b").resolve("runners/target"));
    checkout = folder.resolve("a:b");
    Files.createDirectory(target.resolve("lib"));
    Files.writeString(target.resolve("epochflow.jar"), "");
    List<String> lines = launch(Map.of()).lines().toList();
    String[] path = lines.get(lines.indexOf("-cp") + 1).split(":", -1);
    assertEquals(2, path.length, String.join(":", path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", "", "no_SUCH.UTF-8"})
  void theLocaleIsOneOfUtf8(String locale) throws Exception {
    assertTrue(launch(Map.of("LC_ALL", locale)).contains("locale=C.UTF-8\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "EPOCHFLOW_JAVA_OPTS"})
  void aCollectorOfOnesOwnReplacesOurs(String variable) throws Exception {
    String text = launch(Map.of(variable, "-Xmx1g -XX:+UseG1GC"));
    assertTrue(!text.contains("-XX:+UseParallelGC"), text);
  }

  private long builds() throws IOException {
    Path log = folder.resolve(COUNTED);
    return Files.exists(log) ? Files.readAllLines(log).size() : 0;
  }

  private List<Path> programs() throws IOException {
    Path programs = checkout.resolve("runners/target/programs");
    if (!Files.exists(programs)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(programs)) {
      return folders.filter(Files::isDirectory).sorted().toList();
    }
  }

  private String launch(Map<String, String> environment) throws IOException {
    return text(start(environment));
  }

  private static String text(Process process) throws IOException {
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return text.replace("epochflow: building; this takes a moment ...\n", "");
  }

  private Process start(Map<String, String> environment) throws IOException {
    List<String> line = new ArrayList<>(List.of("bash", checkout.resolve("epochflow").toString()));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    Map<String, String> all = new TreeMap<>();
    all.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    all.put("JAVA_HOME", folder.resolve("jdk").toString());
    all.putAll(environment);
    builder.environment().clear();
    builder.environment().putAll(all);
    return builder.start();
  }
}
