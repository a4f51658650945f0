package org.epochflow.model.optim;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.List;
import org.epochflow.model.json.RecordJson;
import org.epochflow.model.kernel.Update;

/**
 * How a replica steps its parameters along their gradient: an immutable value that holds the
 * settings. What an optimiser remembers from step to step is the caller's: one vector for each of
 * its {@link #slots}, as long as the parameters and 0 before the first step, and the number of
 * steps.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = RecordJson.NAME)
public interface Optimizer extends Serializable {
  /** What the command line, files and Keras call it. */
  String name();

  /** What each vector of its state holds, in Keras's order; empty if it has no state. */
  List<String> slots();

  /** The learning rate where none is given: Keras's. */
  double defaultRate();

  /**
   * A step along one minibatch's gradient, applied to one range of the parameters after another.
   *
   * @param slots its state, which the step changes
   * @param t the number of this step, counted from 1
   */
  Update step(List<float[]> slots, double rate, long t);

  /** What Keras calls it, with the settings as Keras knows them. */
  KerasForm keras();

  /**
   * Where Keras keeps a slot of a variable among the variables of its optimizer that follow the
   * step and the rate, counted from 0. Keras lays the slots of one variable side by side; an
   * optimiser that differs says so.
   *
   * @param variable the number of the variable among those that train, {@code of} how many
   */
  default int kerasPlace(int variable, int of, int slot) {
    return variable * slots().size() + slot;
  }

  /**
   * An optimizer of Keras.
   *
   * @param className such as {@code Adam}, in {@code keras.optimizers}
   * @param settings the fields of its configuration that not every optimizer has
   */
  record KerasForm(String className, ObjectNode settings) {}
}
