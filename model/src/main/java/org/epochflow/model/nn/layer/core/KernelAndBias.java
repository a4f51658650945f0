package org.epochflow.model.nn.layer.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Initializer;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;

/**
 * What layers have in common that apply a function to {@code x * kernel + bias}: the two variables,
 * their settings in Keras's JSON, and the function, a relu at once with the sums.
 */
public final class KernelAndBias {
  private static final Initializer KERNEL = Initializer.GLOROT_UNIFORM;
  private static final Initializer BIAS = Initializer.ZEROS;
  private static final List<String> UNSUPPORTED =
      List.of(
          "kernel_regularizer",
          "bias_regularizer",
          "activity_regularizer",
          "kernel_constraint",
          "bias_constraint",
          "quantization_config",
          "lora_rank");

  private KernelAndBias() {}

  /** A kernel of these dimensions, the outputs last, and a bias for each output. */
  public static List<Variable> variables(Integer... kernel) {
    return List.of(
        new Variable("kernel", List.of(kernel), KERNEL),
        new Variable("bias", List.of(kernel[kernel.length - 1]), BIAS));
  }

  /** Writes the settings; {@code unused} are those that only some of Keras's layers have. */
  public static void write(ObjectNode config, Function function, String... unused) {
    config.put("activation", function.kerasName()).put("use_bias", true);
    config.set("kernel_initializer", KERNEL.json());
    config.set("bias_initializer", BIAS.json());
    config.putNull("kernel_regularizer").putNull("bias_regularizer");
    for (String name : unused) {
      config.putNull(name);
    }
    config.putNull("kernel_constraint").putNull("bias_constraint");
  }

  /** Reads the function, and checks that the variables are as {@link #write} says. */
  public static Function read(JsonObject config) throws ModelFormatException {
    config.expect("use_bias", "true");
    for (String name : UNSUPPORTED) {
      config.expect(name, "null");
    }
    return Function.read(config);
  }

  /** Whether {@code next} is a relu that a layer without a function can take over. */
  public static boolean takesOver(Function function, Layer next) {
    return function == Function.LINEAR
        && next instanceof Activation activation
        && activation.function() == Function.RELU;
  }

  /** The sums, which apply a relu themselves, and any other function after them. */
  public static List<Operation> bind(Sums sums, Function function, Shape output) {
    List<Operation> operations = new ArrayList<>(List.of(sums));
    if (function != Function.RELU) {
      operations.addAll(function.bind(output));
    }
    return operations;
  }

  /** The sums of a layer, its kernel at {@link #at} and its bias after it. */
  public abstract static class Sums extends Operation {
    protected final int at;
    protected final boolean relu;

    protected Sums(Shape input, Shape output, List<Variable> variables, Function function) {
      super(input, output);
      at = variables.get(0).offset();
      relu = function == Function.RELU;
    }

    /** {@link #dx} for the gradient of the sums. */
    protected abstract FMatrixRMaj inputGradient(Pass pass, FMatrixRMaj dy);

    @Override
    public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      if (relu) {
        pass.readsExamples();
        pass.kernels().reluGradient(y, dy);
        pass.wroteExamples();
      }
      return inputGradient ? inputGradient(pass, dy) : dy;
    }
  }
}
