package org.epochflow.model.nn.layer.merging;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.nn.Junction;
import org.epochflow.model.nn.Shape;

/** A {@link Pointwise} layer at work. */
final class PointwiseJunction extends Junction {
  private final Pointwise layer;
  private final int size;

  /** For an input that is repeated: the place in it of each value of the output. Else empty. */
  private final List<int[]> places = new ArrayList<>();

  /** The inputs that are repeated, and their gradients before these are summed. */
  private final List<FMatrixRMaj> repeated = new ArrayList<>();

  private final FMatrixRMaj summands = new FMatrixRMaj(0, 0);

  PointwiseJunction(Pointwise layer, List<Shape> inputs, Shape output) {
    super(inputs, output);
    this.layer = layer;
    size = output.size();
    for (Shape input : inputs) {
      places.add(input.equals(output) ? new int[0] : places(input, output));
      repeated.add(new FMatrixRMaj(0, 0));
    }
  }

  private static int[] places(Shape input, Shape output) {
    int[] places = new int[output.size()];
    int stride = 1;
    int period = 1;
    for (int d = output.dimensions().size() - 1; d >= 0; d--) {
      int length = output.dimensions().get(d);
      if (input.dimensions().get(d) > 1) {
        for (int i = 0; i < places.length; i++) {
          places[i] += i / period % length * stride;
        }
      }
      period *= length;
      stride *= input.dimensions().get(d);
    }
    return places;
  }

  private boolean isRepeated(int input) {
    return places.get(input).length > 0;
  }

  @Override
  public void reshape(int examples) {
    super.reshape(examples);
    for (int i = 0; i < repeated.size(); i++) {
      if (isRepeated(i)) {
        repeated.get(i).reshape(examples, size);
        summands.reshape(examples, size);
      }
    }
  }

  @Override
  public void forward(List<FMatrixRMaj> xs, int from, int to) {
    for (int i = 0; i < xs.size(); i++) {
      if (isRepeated(i)) {
        repeat(xs.get(i), i, from, to);
      }
      float[] x = full(xs, i);
      if (i == 0) {
        System.arraycopy(x, from * size, y.data, from * size, (to - from) * size);
      } else {
        layer.combine(x, y.data, from * size, to * size);
      }
    }
    layer.complete(y.data, xs.size(), from * size, to * size);
  }

  private float[] full(List<FMatrixRMaj> xs, int input) {
    return isRepeated(input) ? repeated.get(input).data : xs.get(input).data;
  }

  private void repeat(FMatrixRMaj x, int input, int from, int to) {
    int[] place = places.get(input);
    float[] all = repeated.get(input).data;
    for (int row = from; row < to; row++) {
      for (int i = 0; i < size; i++) {
        all[row * size + i] = x.data[row * x.numCols + place[i]];
      }
    }
  }

  @Override
  public FMatrixRMaj backward(List<FMatrixRMaj> xs, FMatrixRMaj dy, int input, int from, int to) {
    if (layer.passesGradient(input) && !isRepeated(input)) {
      return dy;
    }
    List<float[]> all = new ArrayList<>(xs.size());
    for (int i = 0; i < xs.size(); i++) {
      all.add(full(xs, i));
    }
    FMatrixRMaj dx = dx(input);
    FMatrixRMaj values = isRepeated(input) ? summands : dx;
    layer.gradient(all, input, dy.data, values.data, from * size, to * size);
    if (isRepeated(input)) {
      sum(input, dx, from, to);
    }
    return dx;
  }

  /** Adds up the gradients of each value of an input that is repeated. */
  private void sum(int input, FMatrixRMaj dx, int from, int to) {
    int[] place = places.get(input);
    Arrays.fill(dx.data, from * dx.numCols, to * dx.numCols, 0);
    for (int row = from; row < to; row++) {
      for (int i = 0; i < size; i++) {
        dx.data[row * dx.numCols + place[i]] += summands.data[row * size + i];
      }
    }
  }
}
