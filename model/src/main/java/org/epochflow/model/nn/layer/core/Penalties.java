package org.epochflow.model.nn.layer.core;

import java.io.Serializable;
import java.util.List;
import org.epochflow.model.nn.Regularizer;

/**
 * The regularizers of a layer with kernels.
 *
 * @param kernels one for each kernel; empty where no kernel has one
 * @param activity that of the outputs, after the layer's function
 */
public record Penalties(List<Regularizer> kernels, Regularizer bias, Regularizer activity)
    implements Serializable {
  /** Keras's name of the setting that any of its layers can have. */
  public static final String ACTIVITY = "activity_regularizer";

  /** Keras's default. */
  public static final Penalties NONE = new Penalties(List.of(), Regularizer.NONE, Regularizer.NONE);

  public Penalties {
    kernels = kernels.stream().allMatch(Regularizer::isNone) ? List.of() : List.copyOf(kernels);
  }

  /** That of a kernel. */
  Regularizer kernel(int index) {
    return kernels.isEmpty() ? Regularizer.NONE : kernels.get(index);
  }

  /** Whether any variable has one. */
  boolean ofVariables() {
    return !kernels.isEmpty() || !bias.isNone();
  }
}
