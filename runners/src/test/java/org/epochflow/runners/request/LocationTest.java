package org.epochflow.runners.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.epochflow.runners.option.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests {@link Location}. */
class LocationTest {
  @ParameterizedTest
  @CsvSource({
    "/data/a, /data/a",
    "file:/data/a, /data/a",
    "file:///data/a, /data/a",
    "FILE://localhost/data/a, /data/a",
    "file:////data/a, /data/a",
    "file:///data/a%20b%C3%A4, /data/a bä",
    "file:///data/a b[1], /data/a b[1]",
    "file:///data/*/x, /data/*/x",
    "/data/a%20b, /data/a%20b",
    "/data/../a:b, /a:b",
  })
  void aPathAndItsUriAreTheSame(String typed, String path) {
    assertEquals(path, Location.absolute(typed));
  }

  @Test
  void aRelativePathIsOfTheCurrentFolderAndATildeOfTheHome() {
    assertEquals(Path.of("a/~").toAbsolutePath().toString(), Location.absolute("./a/~"));
    assertEquals(System.getenv("HOME") + "/q", Location.absolute("~/q"));
    assertEquals(Path.of("~q").toAbsolutePath().toString(), Location.absolute("~q"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s3://b/x | Expected a program with s3://, found one without: build it with mvn -Ps3 package (s3://b/x)",
        "gs://b/x | Expected a program with gs://, found one without: build it with mvn -Pgcs package (gs://b/x)",
        "hdfs://b/x | Expected a program with hdfs://, found one without: build it with mvn -Phadoop package (hdfs://b/x)",
        "ftp://b/x | Expected a path, or a URI of file, gs, hdfs or s3, found ftp://b/x",
      })
  void aStoreThatTheBuildLacksIsRefused(String typed, String message) {
    UsageException refused = assertThrows(UsageException.class, () -> Location.absolute(typed));
    assertEquals(message, refused.getMessage());
  }
}
