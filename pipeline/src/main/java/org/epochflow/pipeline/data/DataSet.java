package org.epochflow.pipeline.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import org.epochflow.pipeline.store.Storage;

/** The manifests of a data set's two parts. */
public record DataSet(Manifest train, Manifest test) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads a {@code manifest.json}. */
  public static DataSet read(String manifest) throws IOException {
    try (InputStream in = Storage.stream(manifest)) {
      return JSON.readValue(in, DataSet.class);
    }
  }

  /** Writes a {@code manifest.json}. */
  public void write(String manifest) throws IOException {
    Storage.write(manifest, out -> out.write(JSON.writeValueAsBytes(this)));
  }
}
