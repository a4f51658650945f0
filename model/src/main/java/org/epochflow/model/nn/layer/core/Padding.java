package org.epochflow.model.nn.layer.core;

/** How windows treat the border: they stay inside, or reach over it so that the size stays. */
public enum Padding {
  VALID,
  SAME;
}
