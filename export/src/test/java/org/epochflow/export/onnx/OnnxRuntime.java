package org.epochflow.export.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Shape;

/** ONNX Runtime with a model that was exported. */
final class OnnxRuntime implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxRuntime(SavedModel model, OnnxFile.Input input) throws OrtException, IOException {
    session = environment.createSession(bytes(model, input), new OrtSession.SessionOptions());
  }

  static byte[] bytes(SavedModel model, OnnxFile.Input input) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OnnxFile.write(model, model.classNames(), input, out);
    return out.toByteArray();
  }

  Map<String, String> metadata() throws OrtException {
    return session.getMetadata().getCustomMetadata();
  }

  /** The probabilities of some images of this shape. */
  float[] probabilities(byte[] pixels, int images, Shape shape) throws OrtException {
    try (OnnxTensor tensor =
        OnnxTensor.createTensor(
            environment, ByteBuffer.wrap(pixels), batch(images, shape), OnnxJavaType.UINT8)) {
      return run(tensor);
    }
  }

  float[] probabilities(float[] x, int images, Shape shape) throws OrtException {
    try (OnnxTensor tensor =
        OnnxTensor.createTensor(environment, FloatBuffer.wrap(x), batch(images, shape))) {
      return run(tensor);
    }
  }

  private static long[] batch(int images, Shape shape) {
    long[] dimensions = new long[shape.dimensions().size() + 1];
    Arrays.setAll(dimensions, i -> i == 0 ? images : shape.dimensions().get(i - 1));
    return dimensions;
  }

  private float[] run(OnnxTensor input) throws OrtException {
    try (OrtSession.Result result = session.run(Map.of("input", input))) {
      OnnxTensor output = (OnnxTensor) result.get("probabilities").orElseThrow();
      FloatBuffer values = output.getFloatBuffer();
      float[] probabilities = new float[values.remaining()];
      values.get(probabilities);
      return probabilities;
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
