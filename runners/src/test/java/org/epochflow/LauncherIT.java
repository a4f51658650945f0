package org.epochflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher, over the artifact that this build has just made. */
class LauncherIT {
  private static final Path LAUNCHER = Path.of("../epochflow").toAbsolutePath().normalize();
  private static final String INCUBATOR =
      "WARNING: Using incubator modules: jdk.incubator.vector\n";
  private Path folder;

  LauncherIT(@TempDir Path folder) throws IOException {
    this.folder = Files.createDirectory(folder.resolve("a folder"));
  }

  @Test
  void startsThroughASymlinkFromAnotherFolder() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("my link"), LAUNCHER);
    Output output = run(link, Map.of(), "--version");
    assertEquals(0, output.exit(), output.text());
    assertTrue(output.text().matches("epochflow \\d+\\.\\d+\\.\\d+\\S*\n"), output.text());
  }

  @Test
  void passesArgumentsAndTheExitCodeOn() throws Exception {
    Output output = run(LAUNCHER, Map.of(), "train", "--output=a b", "--epochs=0");
    assertEquals(2, output.exit(), output.text());
    assertEquals(
        "epochflow: Expected --epochs to be a whole number, at least 1, found '0'\n",
        output.text());
  }

  @Test
  void flagsOfOnesOwnReachJavaAndReplaceTheCollector() throws Exception {
    Map<String, String> flags = Map.of("EPOCHFLOW_JAVA_OPTS", "-XX:+UseSerialGC -showversion");
    Output output = run(LAUNCHER, flags, "--version");
    assertEquals(0, output.exit(), output.text());
    assertTrue(output.text().contains("Runtime Environment"), output.text());
  }

  @Test
  void saysWhereItLookedForJava() throws Exception {
    Output output = run(LAUNCHER, Map.of("JAVA_HOME", "/no java"), "--version");
    assertEquals(1, output.exit());
    assertEquals("epochflow: Expected a java in JAVA_HOME, found none: /no java\n", output.text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Duser.language=ar -Duser.country=EG",
        "-Dorg.xerial.snappy.tempdir=/dev/null/none"
      })
  void anyLocaleWillDoAndNoLibraryIsUnpacked(String flags) throws Exception {
    Output output =
        run(LAUNCHER, Map.of("EPOCHFLOW_JAVA_OPTS", flags), "train", "--epochs=1", "--output=run");
    assertEquals(0, output.exit(), output.text());
    assertTrue(Files.exists(folder.resolve("run/checkpoints/epoch-00001.keras")));
  }

  @Test
  void textIsUtf8InAnyLocale() throws Exception {
    folder = Files.createDirectory(folder.resolve("ö"));
    Output output = run(LAUNCHER, Map.of("LC_ALL", "C"), "train", "--data=ä", "--output=ü");
    assertTrue(output.text().contains("No such file or folder: --data=ä\n"), output.text());
  }

  private record Output(int exit, String text) {}

  private Output run(Path launcher, Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(launcher.toString());
    builder.command().addAll(List.of(args));
    builder.directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.matches("JDK_JAVA_OPTIONS|.*_JAVA_OPTS"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(1, TimeUnit.MINUTES), text);
    return new Output(process.exitValue(), text.replace(INCUBATOR, ""));
  }
}
