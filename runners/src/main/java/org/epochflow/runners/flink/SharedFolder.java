package org.epochflow.runners.flink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.epochflow.pipeline.execute.Keys;
import org.epochflow.pipeline.store.Storage;

/**
 * Proves that every slot sees the driver's files: each slot reads a file of the driver's, and the
 * driver reads a file from each slot.
 *
 * @param folder the folder of the work
 * @param files the files that workers must be able to read
 */
record SharedFolder(String folder, List<String> files, int workers, String name) {
  static SharedFolder begin(String folder, List<String> files, int workers) throws IOException {
    SharedFolder shared =
        new SharedFolder(folder, List.copyOf(files), workers, ".shared-" + UUID.randomUUID());
    Storage.writeText(shared.path("driver"), "");
    return shared;
  }

  private String path(Object of) {
    return "%s/%s-%s".formatted(folder, name, of);
  }

  void addTo(Pipeline pipeline, Keys keys) {
    List<Integer> places = keys.of(workers);
    pipeline
        .apply(
            "Workers",
            Create.of(IntStream.range(0, workers).mapToObj(w -> KV.of(places.get(w), w)).toList())
                .withCoder(KvCoder.of(VarIntCoder.of(), VarIntCoder.of())))
        .apply("Spread", GroupByKey.create())
        .apply("LookAround", ParDo.of(new LookFn(path("driver"), path(""), files)));
  }

  /**
   * Reads the answers of the slots.
   *
   * @throws FlinkClusterException that names the folder or file that is not shared
   */
  void requireSeen() throws IOException {
    for (int worker = 0; worker < workers; worker++) {
      if (!Storage.exists(path(worker))) {
        throw new FlinkClusterException(
            "Expected a folder that all of Flink's TaskManagers share with this machine, found one"
                + " that some do not see: "
                + folder);
      }
      String missing = new String(Storage.read(path(worker)), StandardCharsets.UTF_8);
      if (!missing.isEmpty()) {
        throw new FlinkClusterException(
            "Expected files that all of Flink's TaskManagers see, found one that some do not: "
                + missing);
      }
    }
  }

  void delete() throws IOException {
    List<String> paths = new ArrayList<>(List.of(path("driver")));
    IntStream.range(0, workers).mapToObj(this::path).forEach(paths::add);
    Storage.delete(paths);
  }

  private static final class LookFn extends DoFn<KV<Integer, Iterable<Integer>>, Void> {
    private static final long serialVersionUID = 1L;
    private final String driver;
    private final String answer;
    private final List<String> files;

    LookFn(String driver, String answer, List<String> files) {
      this.driver = driver;
      this.answer = answer;
      this.files = files;
    }

    @ProcessElement
    public void process(@Element KV<Integer, Iterable<Integer>> element) throws IOException {
      if (Storage.exists(driver)) {
        for (int worker : element.getValue()) {
          Storage.writeText(answer + worker, firstMissing());
        }
      }
    }

    private String firstMissing() throws IOException {
      for (String file : files) {
        if (!Storage.exists(file)) {
          return file;
        }
      }
      return "";
    }
  }
}
