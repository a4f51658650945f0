package org.epochflow.export.onnx;

import org.epochflow.model.nn.Shape;

/**
 * A tensor of a graph.
 *
 * @param shape of one example, as the layers of a network count its dimensions
 * @param channelsFirst whether an image has its channels before its rows, as ONNX's convolutions
 *     take it: {@code [batch x channels x height x width]}
 */
record Value(String name, Shape shape, boolean channelsFirst) {
  /** Another tensor in the same layout. */
  Value next(String other, Shape itsShape) {
    return new Value(other, itsShape, channelsFirst);
  }

  Value next(String other) {
    return next(other, shape);
  }

  /** ONNX's number of a dimension of the example, counted from 0. */
  int axis(int dimension) {
    if (!channelsFirst) {
      return dimension + 1;
    }
    return dimension == 2 ? 1 : dimension + 2;
  }

  /** The number of the last dimension, that of the channels. */
  int lastAxis() {
    return axis(shape.dimensions().size() - 1);
  }

  /** The values along the last dimension. */
  int channels() {
    return shape.last();
  }
}
