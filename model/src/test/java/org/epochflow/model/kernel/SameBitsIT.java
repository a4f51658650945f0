package org.epochflow.model.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Training steps give the same bits at every width of the vectors and on every JDK. Each runs in a
 * JVM of its own. Another JDK is the one that the environment's {@code EPOCHFLOW_JDK25} names.
 */
class SameBitsIT {
  private static final String HERE = System.getProperty("java.home");

  @Test
  void everyWidthGivesTheSameBits() throws Exception {
    String expected = hashes(HERE, 0);
    assertEquals(28, expected.lines().distinct().count());
    for (int bits : new int[] {128, 256, 512}) {
      assertEquals(expected, hashes(HERE, bits), bits + " bits");
    }
    assertEquals(expected, hashes(HERE, 0), "a second time");
  }

  @Test
  void anotherJdkGivesTheSameBits() throws Exception {
    Optional<String> other = Optional.ofNullable(System.getenv("EPOCHFLOW_JDK25"));
    assumeTrue(other.isPresent(), "needs EPOCHFLOW_JDK25, the folder of a JDK 25");
    assertEquals(hashes(HERE, 0), hashes(other.get(), 0));
  }

  private static String hashes(String jdk, int bits) throws IOException, InterruptedException {
    Process java =
        new ProcessBuilder(
                List.of(
                    Path.of(jdk, "bin", "java").toString(),
                    "--add-modules=jdk.incubator.vector",
                    "-Depochflow.vectorBits=" + bits,
                    "-cp",
                    System.getProperty("java.class.path"),
                    StepHashes.class.getName()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String lines = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, java.waitFor(), lines);
    assertTrue(lines.startsWith("softmax 1 "), lines);
    return lines;
  }
}
