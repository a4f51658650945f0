package org.epochflow.runners.verb;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A shell command that is told a line on its standard input. What becomes of it changes nothing: a
 * command that fails, or does not end in time, is said on standard error.
 */
record Notification(String command, PrintStream err) {
  private static final long SECONDS = 60;

  /** Runs the command to its end. */
  void send(String line) {
    try {
      Path output = Files.createTempFile("epochflow", ".notify");
      try {
        run(line, output);
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      say("could not be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(String line, Path output) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("sh", "-c", command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try (OutputStream in = process.getOutputStream()) {
      in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException unread) {
      // A command need not read what it is told; how it ends is what counts.
    }
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      say(String.format(Locale.ROOT, "did not end within %d seconds", SECONDS));
    } else if (process.exitValue() != 0) {
      String said = Files.readString(output).strip().replaceAll("\\s+", " ");
      say(
          String.format(
              Locale.ROOT,
              "ended with %d%s",
              process.exitValue(),
              said.isEmpty() ? "" : ": " + said));
    }
  }

  private void say(String what) {
    err.println("epochflow: --notify=" + command + " " + what);
  }
}
