package org.epochflow.runners.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The address of an MLflow server. */
final class MLflowOptionsTest {
  private final MLflowOptions options = new MLflowOptions();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:5000",
        "ftp://localhost",
        "http://",
        "http://localhost:99999",
        "http://localhost:5000?a=b",
        "http://localhost:5000#runs",
        "http://ann:secret@localhost:5000",
        "http://local host"
      })
  void whatIsNoAddressIsRefusedWithoutAPassword(String address) {
    options.mlflow = address;
    Exception e = assertThrows(UsageException.class, () -> options.server("model"));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith("Expected --mlflow to be the address of a server"), message);
    assertFalse(message.contains("secret"), message);
  }

  @Test
  void aServerMayHaveAPath() {
    options.mlflow = "https://host:8443/mlflow/";
    assertEquals(
        URI.create("https://host:8443/mlflow/"), options.server("model").orElseThrow().uri());
  }
}
