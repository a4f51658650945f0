package org.epochflow.model.nn.layer.augmentation;

/** A change of one image, with every number drawn. */
public interface Transform {
  /**
   * Writes what becomes of an image.
   *
   * @param xAt where the image begins in {@code x}, and {@code yAt} its result in {@code y}
   */
  void apply(float[] x, int xAt, float[] y, int yAt);

  /**
   * Writes the gradient of the image, all of it, for a gradient of the result.
   *
   * @param dyAt where the result's begins in {@code dy}, and {@code dxAt} the image's in {@code dx}
   */
  void gradient(float[] x, int xAt, float[] dy, int dyAt, float[] dx, int dxAt);
}
