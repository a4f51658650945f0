package org.epochflow.model;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.epochflow.model.predict.Classifier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long one image takes, beside ONNX Runtime with the same model, from bytes to probabilities in
 * an array. Both have one thread a caller, and buffers that they use again. {@code -bm thrpt -t 2}
 * has two callers, of one classifier and of one session.
 *
 * <p>{@code folder} has {@code softmax.keras} and so on, and beside each what {@code epochflow
 * export --rawBytes} makes of it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Latency {
  private static final int PIXELS = 28 * 28;
  private static final int CLASSES = 10;
  private static final int IMAGES = 256;
  private static final float TOLERANCE = 1e-5f;

  @Param({"softmax", "mlp", "cnn"})
  public String model = "";

  @Param("models")
  public String folder = "";

  private final byte[][] images = new byte[IMAGES][PIXELS];
  private Classifier classifier;
  private OrtSession session;

  /** A caller's images and answers. */
  @State(Scope.Thread)
  public static class Caller {
    private final float[] probabilities = new float[CLASSES];
    private final ByteBuffer pixels = ByteBuffer.allocateDirect(PIXELS);
    private final FloatBuffer answer =
        ByteBuffer.allocateDirect(CLASSES * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    private Map<String, OnnxTensor> inputs = Map.of();
    private Map<String, OnnxTensor> outputs = Map.of();
    private int next;

    @Setup
    public void setUp() throws OrtException {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      long[] image = {1, 28, 28, 1};
      inputs =
          Map.of(
              "input", OnnxTensor.createTensor(environment, pixels, image, OnnxJavaType.UINT8));
      outputs =
          Map.of(
              "probabilities",
              OnnxTensor.createTensor(environment, answer, new long[] {1, CLASSES}));
    }

    @TearDown
    public void tearDown() {
      inputs.values().forEach(OnnxTensor::close);
      outputs.values().forEach(OnnxTensor::close);
    }
  }

  @Setup
  public void setUp() throws IOException, OrtException {
    classifier = Classifier.load(Path.of(folder, model + ".keras"));
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    session =
        OrtEnvironment.getEnvironment()
            .createSession(Path.of(folder, model + ".onnx").toString(), options);
    Random random = new Random(1);
    for (byte[] image : images) {
      random.nextBytes(image);
    }
    requireSame();
  }

  private void requireSame() throws OrtException {
    Caller caller = new Caller();
    caller.setUp();
    for (int i = 0; i < IMAGES; i++) {
      caller.next = i;
      float[] expected = epochflow(caller).clone();
      caller.next = i;
      float[] found = onnxRuntime(caller);
      for (int c = 0; c < CLASSES; c++) {
        if (!(Math.abs(expected[c] - found[c]) <= TOLERANCE)) {
          throw new IllegalStateException(
              "Expected " + Arrays.toString(expected) + ", found " + Arrays.toString(found));
        }
      }
    }
    caller.tearDown();
  }

  private byte[] image(Caller caller) {
    return images[caller.next++ % IMAGES];
  }

  @Benchmark
  public float[] epochflow(Caller caller) {
    classifier.classify(image(caller), caller.probabilities);
    return caller.probabilities;
  }

  @Benchmark
  public float[] onnxRuntime(Caller caller) throws OrtException {
    caller.pixels.put(0, image(caller));
    session.run(caller.inputs, caller.outputs).close();
    caller.answer.get(0, caller.probabilities);
    return caller.probabilities;
  }
}
