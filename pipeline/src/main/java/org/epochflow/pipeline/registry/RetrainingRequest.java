package org.epochflow.pipeline.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.store.Storage;

/**
 * What a retraining was asked for, as fingerprints: the same again is nothing new.
 *
 * @param data of the bytes of all files in order, and of which are for training; of names only
 *     those in a folder that is a source
 * @param config of everything else that decides the training
 */
public record RetrainingRequest(String data, String config) {
  private static final int DIGITS = 32;
  private static final int BUFFER = 1 << 16;

  /**
   * Reads every file once.
   *
   * @param config a text that differs whenever the training would
   */
  static RetrainingRequest of(DataFiles files, String config) throws IOException {
    MessageDigest data = sha256();
    add(data, "train", files.train());
    add(data, "test", files.test());
    if (!files.reading().equals(Reading.AS_IT_IS)) {
      data.update(files.reading().toString().getBytes(StandardCharsets.UTF_8));
    }
    MessageDigest text = sha256();
    text.update(config.getBytes(StandardCharsets.UTF_8));
    return new RetrainingRequest(hex(data), hex(text));
  }

  private static void add(MessageDigest digest, String part, List<Source> sources)
      throws IOException {
    for (Source source : sources) {
      boolean folder = !Storage.isFile(source.images()) && Storage.exists(source.images());
      for (String path : folder ? List.of(source.images()) : pair(source)) {
        for (String file : folder ? Storage.tree(path) : List.of(path)) {
          digest.update(part.getBytes(StandardCharsets.UTF_8));
          digest.update(ByteBuffer.allocate(Long.BYTES).putLong(Storage.size(file)).flip());
          if (folder) { // there the names are labels
            digest.update(file.substring(path.length()).getBytes(StandardCharsets.UTF_8));
          }
          add(digest, file);
        }
      }
    }
  }

  private static List<String> pair(Source source) {
    return List.of(source.images(), source.labels());
  }

  private static void add(MessageDigest digest, String file) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Storage.stream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
