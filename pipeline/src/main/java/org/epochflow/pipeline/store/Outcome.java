package org.epochflow.pipeline.store;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.IterableCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * The result of a pipeline, brought to the driver in one file. For collections of small elements.
 *
 * <pre>{@code
 * Outcome<BlockRow> outcome = new Outcome<>(folder + "/rows", RecordCoder.of(BlockRow.class));
 * rows.apply("WriteRows", outcome.write());
 * pipeline.run().waitUntilFinish();
 * List<BlockRow> read = outcome.read();
 * }</pre>
 *
 * @param path of the file, which appears only when it is complete
 */
public record Outcome<T>(String path, Coder<T> coder) {
  /** Writes every element of a collection; no file if the collection is empty. */
  public PTransform<PCollection<T>, PCollection<String>> write() {
    return new Write<>(path, coder);
  }

  /** Writes elements that all have the same key. */
  public PTransform<PCollection<KV<Integer, T>>, PCollection<String>> writeKeyed() {
    return new WriteKeyed<>(path, coder);
  }

  /** The elements, in no defined order. */
  public List<T> read() throws IOException {
    try (InputStream in = new BufferedInputStream(Storage.stream(path))) {
      List<T> elements = new ArrayList<>();
      IterableCoder.of(coder).decode(in).forEach(elements::add);
      return elements;
    }
  }

  private static final class Write<T> extends PTransform<PCollection<T>, PCollection<String>> {
    private static final long serialVersionUID = 1L;
    private final String path;
    private final Coder<T> coder;

    Write(String path, Coder<T> coder) {
      this.path = path;
      this.coder = coder;
    }

    @Override
    public PCollection<String> expand(PCollection<T> elements) {
      return elements
          .apply("ToOnePlace", WithKeys.of(0))
          .apply("WriteKeyed", new WriteKeyed<>(path, coder));
    }
  }

  private static final class WriteKeyed<T>
      extends PTransform<PCollection<KV<Integer, T>>, PCollection<String>> {
    private static final long serialVersionUID = 1L;
    private final String path;
    private final Coder<T> coder;

    WriteKeyed(String path, Coder<T> coder) {
      this.path = path;
      this.coder = coder;
    }

    @Override
    public PCollection<String> expand(PCollection<KV<Integer, T>> elements) {
      return elements
          .apply("Gather", GroupByKey.create())
          .apply("WriteFile", ParDo.of(new WriteFn<>(path, coder)));
    }
  }

  private static final class WriteFn<T> extends DoFn<KV<Integer, Iterable<T>>, String> {
    private static final long serialVersionUID = 1L;
    private final String path;
    private final Coder<T> coder;

    WriteFn(String path, Coder<T> coder) {
      this.path = path;
      this.coder = coder;
    }

    @ProcessElement
    public void process(ProcessContext context) throws IOException {
      Iterable<T> elements = context.element().getValue();
      Storage.writeScratch(path, out -> encode(elements, out));
      context.output(path);
    }

    private void encode(Iterable<T> elements, OutputStream out) throws IOException {
      OutputStream buffered = new BufferedOutputStream(out);
      IterableCoder.of(coder).encode(elements, buffered);
      buffered.flush();
    }
  }
}
