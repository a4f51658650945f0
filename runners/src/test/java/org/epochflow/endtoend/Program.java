package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The launcher, called in a folder.
 *
 * @param folder it is called in
 * @param javaOptions for the process
 */
record Program(Path folder, String javaOptions) {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  static final Path MINI = ROOT.resolve("testdata/fashion-mnist-mini");
  static final Path MALFORMED = ROOT.resolve("testdata/malformed");
  static final Path GOLDEN = ROOT.resolve("testdata/golden");

  /** Short processes want the fast compiler alone; it computes the same bits. */
  private static final String FAST_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx1g";

  /** Trainings of seconds want the compiler that makes vector instructions. */
  static final String FAST_TRAINING = "-XX:+UseSerialGC -Xmx2g";

  /** The bit of signal 2 in a set of signals. */
  private static final long SIGINT = 1L << 1;

  Program(Path folder) {
    this(folder, FAST_START);
  }

  /** What a process printed, and how it ended. */
  record Output(int exit, String out, String err) {
    /** Requires that it went well and had nothing to complain of. */
    Output done() {
      assertEquals("", err, out);
      assertEquals(0, exit, out);
      return this;
    }

    /** Requires one line that says what is wrong, and returns it. */
    String refusal(int expectedExit) {
      assertEquals(expectedExit, exit, this::toString);
      assertTrue(err.matches("epochflow: [^\\n]+\\n"), this::toString);
      return err.strip();
    }
  }

  /** A process that still runs, its output going to files. */
  record Running(Process process, Path out, Path err) {
    static Running start(ProcessBuilder builder) throws IOException {
      Path out = Files.createTempFile("epochflow", ".out");
      Path err = Files.createTempFile("epochflow", ".err");
      out.toFile().deleteOnExit();
      err.toFile().deleteOnExit();
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().remove("JDK_JAVA_OPTIONS");
      return new Running(builder.start(), out, err);
    }

    Output end() throws IOException, InterruptedException {
      assertTrue(process.waitFor(2, TimeUnit.MINUTES), "Expected it to end within two minutes");
      return new Output(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** Waits for a file, or for any that a pattern of names matches. */
    void await(Path folder, String glob) throws IOException, InterruptedException {
      while (!holds(folder, glob)) {
        assertTrue(process.isAlive(), () -> "Expected %s in %s".formatted(glob, folder));
        Thread.sleep(2);
      }
    }

    static boolean holds(Path folder, String glob) throws IOException {
      if (!Files.isDirectory(folder)) {
        return false;
      }
      try (var found = Files.newDirectoryStream(folder, glob)) {
        return found.iterator().hasNext();
      }
    }

    /** Whether it complained of this already. */
    boolean said(String text) throws IOException {
      assertTrue(process.isAlive(), () -> "Expected it to say: " + text);
      return Files.readString(err).contains(text);
    }

    /** A shell has what it starts in the background ignore the signal, and all that this starts. */
    private boolean ignoresInterrupts() throws IOException {
      Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
      return Files.exists(status)
          && Files.readAllLines(status).stream()
              .filter(line -> line.startsWith("SigIgn:"))
              .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
              .anyMatch(ignored -> (ignored & SIGINT) != 0);
    }

    Output kill() throws IOException, InterruptedException {
      process.destroyForcibly();
      return end();
    }

    /** As Ctrl-C does; the launcher has become java, so that its id is the process's. */
    Output interrupt() throws IOException, InterruptedException {
      if (ignoresInterrupts()) {
        kill();
        abort("Programs that are started in the background, as these tests are, ignore Ctrl-C");
      }
      new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
      return end();
    }
  }

  Output run(String... words) throws IOException, InterruptedException {
    return start(words).end();
  }

  Output run(List<String> words) throws IOException, InterruptedException {
    return run(words.toArray(String[]::new));
  }

  Running start(String... words) throws IOException {
    List<String> line = new ArrayList<>(List.of(ROOT.resolve("epochflow").toString()));
    line.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
    builder.environment().put("EPOCHFLOW_JAVA_OPTS", javaOptions);
    return Running.start(builder);
  }
}
