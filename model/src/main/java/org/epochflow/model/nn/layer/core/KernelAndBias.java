package org.epochflow.model.nn.layer.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
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
 * What layers have in common that apply a function to {@code x * kernel + bias}: their variables,
 * the settings of those in Keras's JSON, and the function, a relu at once with the sums.
 *
 * @param useBias whether there is a bias
 * @param kernels what each kernel starts from: all layers have one but SeparableConv2D, which has
 *     two
 * @param bias what the bias starts from
 */
public record KernelAndBias(boolean useBias, List<Initializer> kernels, Initializer bias)
    implements Serializable {
  /** Keras's defaults for one kernel. */
  public static final KernelAndBias STANDARD =
      new KernelAndBias(true, List.of(Initializer.GLOROT_UNIFORM), Initializer.ZEROS);

  public KernelAndBias {
    kernels = List.copyOf(kernels);
  }

  /** The same without a bias. */
  public KernelAndBias withoutBias() {
    return new KernelAndBias(false, kernels, bias);
  }

  /**
   * Refuses initializers that do not fit.
   *
   * @param count the layer's kernels; {@code rank} is the number of their dimensions
   */
  public void requireFit(String layer, int count, int rank) {
    Sizes.requireEqual(layer, "kernels", count, kernels.size());
    kernels.forEach(kernel -> kernel.requireRank(layer, rank));
    bias.requireRank(layer, 1);
  }

  /** A kernel of these dimensions. */
  public Variable kernel(int index, String name, Integer... dimensions) {
    return new Variable(name, List.of(dimensions), kernels.get(index));
  }

  /** The kernels, and a bias for each output if there is one. */
  public List<Variable> variables(int outputs, Variable... kernel) {
    List<Variable> variables = new ArrayList<>(List.of(kernel));
    if (useBias) {
      variables.add(new Variable("bias", List.of(outputs), bias));
    }
    return variables;
  }

  /**
   * Writes the settings.
   *
   * @param activity whether Keras's layer has an activity_regularizer
   * @param names what the settings of each kernel begin with
   */
  public void write(ObjectNode config, Function function, boolean activity, String... names) {
    config.put("activation", function.kerasName()).put("use_bias", useBias);
    for (int i = 0; i < names.length; i++) {
      config.set(names[i] + "_initializer", kernels.get(i).json());
    }
    config.set("bias_initializer", bias.json());
    for (String name : names) {
      config.putNull(name + "_regularizer");
    }
    config.putNull("bias_regularizer");
    if (activity) {
      config.putNull("activity_regularizer");
    }
    for (String name : names) {
      config.putNull(name + "_constraint");
    }
    config.putNull("bias_constraint");
  }

  /**
   * Reads what {@link #write} writes, and the names that Keras 1 had for it; refuses regularizers,
   * constraints, and kernels of another form.
   */
  public static KernelAndBias read(JsonObject config, String... names) throws ModelFormatException {
    List<String> unsupported =
        new ArrayList<>(
            List.of(
                "bias_regularizer",
                "activity_regularizer",
                "bias_constraint",
                "quantization_config",
                "lora_rank"));
    List<Initializer> kernels = new ArrayList<>();
    for (String name : names) {
      unsupported.add(name + "_regularizer");
      unsupported.add(name + "_constraint");
      kernels.add(Initializer.read(config, name + "_initializer", Initializer.GLOROT_UNIFORM));
    }
    for (String name : unsupported) {
      config.expect(name, "null");
    }
    return new KernelAndBias(
        !config.has("use_bias") || config.truth("use_bias"),
        kernels,
        Initializer.read(config, "bias_initializer", Initializer.ZEROS));
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

  /** The sums of a layer, its kernel at {@link #at} and its bias, if any, after it. */
  public abstract static class Sums extends Operation {
    protected final int at;
    protected final boolean relu;

    protected Sums(Shape input, Shape output, Variable kernel, Function function) {
      super(input, output);
      at = kernel.offset();
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
