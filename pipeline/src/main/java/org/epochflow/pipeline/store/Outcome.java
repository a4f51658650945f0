package org.epochflow.pipeline.store;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.jspecify.annotations.Nullable;

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

  /** Writes elements that one worker has, without a pipeline's help. */
  public void write(List<T> elements) throws IOException {
    write(path, elements, coder::encode);
  }

  private static <E> void write(String path, Iterable<E> elements, Encoding<E> encoding)
      throws IOException {
    Storage.writeScratch(
        path,
        out -> {
          OutputStream buffered = new BufferedOutputStream(out);
          for (E element : elements) {
            encoding.encode(element, buffered);
          }
          buffered.flush();
        });
  }

  /** The elements, in no defined order. */
  public List<T> read() throws IOException {
    try (InputStream in = new BufferedInputStream(Storage.stream(path))) {
      List<T> elements = new ArrayList<>();
      while (hasMore(in)) {
        elements.add(coder.decode(in));
      }
      return elements;
    }
  }

  private static boolean hasMore(InputStream in) throws IOException {
    in.mark(1);
    boolean more = in.read() >= 0;
    in.reset();
    return more;
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
          .apply("Pack", ParDo.of(new PackFn<>(coder)))
          .setCoder(KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of()))
          .apply("Gather", GroupByKey.create())
          .apply(
              "WriteFile", ParDo.of(new WriteFn<byte[]>(path, (bytes, out) -> out.write(bytes))));
    }
  }

  /**
   * Encodes what comes together. The DirectRunner copies all that it has gathered whenever more
   * comes, element by element: few and plain ones are copied in no time.
   */
  private static final class PackFn<T> extends DoFn<T, KV<Integer, byte[]>> {
    private static final long serialVersionUID = 1L;
    private final Coder<T> coder;
    private transient @Nullable ByteArrayOutputStream packed;

    PackFn(Coder<T> coder) {
      this.coder = coder;
    }

    @ProcessElement
    public void process(ProcessContext context) throws IOException {
      if (packed == null) {
        packed = new ByteArrayOutputStream();
      }
      coder.encode(context.element(), packed);
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      if (packed != null) {
        context.output(
            KV.of(0, packed.toByteArray()),
            GlobalWindow.INSTANCE.maxTimestamp(),
            GlobalWindow.INSTANCE);
        packed = null;
      }
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
          .apply("WriteFile", ParDo.of(new WriteFn<T>(path, coder::encode)));
    }
  }

  /** Writes an element in the form that {@link #read} reads. */
  @FunctionalInterface
  private interface Encoding<E> extends Serializable {
    void encode(E element, OutputStream out) throws IOException;
  }

  private static final class WriteFn<E> extends DoFn<KV<Integer, Iterable<E>>, String> {
    private static final long serialVersionUID = 1L;
    private final String path;
    private final Encoding<E> encoding;

    WriteFn(String path, Encoding<E> encoding) {
      this.path = path;
      this.encoding = encoding;
    }

    @ProcessElement
    public void process(ProcessContext context) throws IOException {
      Outcome.write(path, context.element().getValue(), encoding);
      context.output(path);
    }
  }
}
