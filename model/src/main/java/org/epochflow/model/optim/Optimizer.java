package org.epochflow.model.optim;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.epochflow.model.json.RecordJson;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.nn.Variable;

/**
 * How a replica steps its parameters along their gradient: an immutable value that holds the
 * settings. What an optimiser remembers from step to step is the caller's: one vector for each of
 * its {@link #slots}, as long as the parameters, and the number of steps.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = RecordJson.NAME)
public interface Optimizer extends Serializable {
  /** What the command line, files and, but for underscores, Keras call it. */
  String name();

  /** What each vector of its state holds; empty if it has no state. */
  List<String> slots();

  /** What a slot holds before the first step. */
  default float initially(int slot) {
    return 0;
  }

  /** The learning rate where none is given: Keras's. */
  double defaultRate();

  /** Weight decay and the clipping of gradients. */
  CommonSettings common();

  /**
   * The optimiser's own step along one minibatch's gradient, applied to one range of the parameters
   * after another.
   *
   * @param slots its state, which the step changes
   * @param t the number of this step, counted from 1
   */
  Update step(List<float[]> slots, double rate, long t);

  /** The weight decay of what {@link #update} steps. */
  default double decay() {
    return common().weightDecay();
  }

  /** The decay of the parameters, then {@link #step}. */
  default Update update(List<float[]> slots, double rate, long t) {
    Update step = step(slots, rate, t);
    float share = (float) decay();
    float times = (float) rate;
    if (share == 0) {
      return step;
    }
    return (kernels, w, from, to, g, at) -> {
      for (int i = from; i < to; i++) {
        w[i] -= w[i] * share * times;
      }
      step.apply(kernels, w, from, to, g, at);
    };
  }

  /** Whether a variable is stepped as a whole, by {@link #whole}; all others by {@link #update}. */
  default boolean stepsWhole(Variable variable) {
    return false;
  }

  /** What steps a variable as a whole, its decay with it; empty if {@link #update} does. */
  default Optional<WholeStep> whole(Variable variable, Stepper.Parameters parameters) {
    return Optional.empty();
  }

  /** What Keras calls it, with the settings as Keras knows them. */
  KerasForm keras();

  /** What Keras calls a setting: {@code beta_1} for {@code beta1}. */
  default String kerasName(String setting) {
    return setting.replaceAll("([a-z])([A-Z0-9])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  /**
   * Where Keras keeps a slot of a variable among the variables of its optimizer that follow the
   * step and the rate, counted from 0. Keras lays the slots of one variable side by side; an
   * optimiser that differs says so.
   *
   * @param variable its place among {@code variables}, those that train
   * @return -1 if Keras keeps none
   */
  default int kerasPlace(int variable, int slot, List<Variable> variables) {
    return variable * slots().size() + slot;
  }

  /** The single numbers that Keras keeps after all slots, when {@code t} steps are taken. */
  default List<Float> kerasNumbers(long t) {
    return List.of();
  }

  /**
   * An optimizer of Keras.
   *
   * @param className such as {@code Adam}, in {@code keras.optimizers}
   * @param settings the fields of its configuration that not every optimizer has
   */
  record KerasForm(String className, ObjectNode settings) {}
}
