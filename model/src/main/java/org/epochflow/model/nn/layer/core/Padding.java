package org.epochflow.model.nn.layer.core;

/** How a convolution treats the border: no padding, or zeros so that the size stays. */
public enum Padding {
  VALID,
  SAME;
}
